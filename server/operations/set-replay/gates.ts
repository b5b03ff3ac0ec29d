import { formatLsn } from '#server/domain/lsn.ts';
import type { Text } from '#server/domain/plan.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import { gateMaker, type Verdict } from '../gate-maker.ts';
import { judgeLowSettings } from '../change/low-settings.ts';
import type { ReplayInput } from './input.ts';
import type { ReplayObservation } from './look.ts';

type ReplayGate = Gate<ReplayObservation, ReplayInput>;
type Standby = NonNullable<ReplayObservation['standby']>;

/** Less is soon filled by WAL that waits. */
const FEW_BYTES = 5 * 1024 ** 3;

const gate = gateMaker<ReplayObservation, ReplayInput, 'primary' | 'standby'>((on, { names }) => names[on]);

const onStandby = (
  code: string,
  title: Text,
  judge: (s: Standby, input: ReplayInput) => Verdict,
): ReplayGate =>
  gate(code, 'standby', title, (o, input) =>
    o.standby === null
      ? { state: 'blocking', detail: sameText(o.standbyFailure ?? '') }
      : judge(o.standby, input),
  );

const isStandby = onStandby(
  'is-standby',
  text('It is this pair’s standby and answers', 'Er ist der Standby-Server dieses Paars und antwortet'),
  ({ status, replay }, input) => {
    if (status.systemIdentifier !== input.systemIdentifier)
      return {
        state: 'blocking',
        detail: text('it is another database system', 'er ist ein anderes Datenbanksystem'),
      };
    if (replay === null)
      return { state: 'blocking', detail: text('it accepts writes', 'er nimmt Schreibzugriffe an') };
    return {
      state: 'ok',
      detail: sameText(replay.replayedLsn === null ? '-' : formatLsn(replay.replayedLsn)),
    };
  },
);

const replayState = onStandby(
  'replay-state',
  text('Replay now', 'Das Einspielen jetzt'),
  ({ replay }, input) => {
    const paused = replay !== null && replay.pause !== 'not paused';
    const detail = paused ? text('paused', 'angehalten') : text('it runs', 'es läuft');
    if (paused === (input.wanted === 'running')) return { state: 'ok', detail };
    return {
      state: 'warning',
      detail,
      fix: text('There is nothing to do.', 'Es gibt nichts zu tun.'),
    };
  },
);

const settingsSuffice = onStandby(
  'settings-suffice',
  text('Its settings let replay go on', 'Seine Einstellungen erlauben das Einspielen'),
  ({ lowSettings }, input) =>
    input.wanted === 'paused' ? { state: 'ok', detail: sameText('-') } : judgeLowSettings(lowSettings),
);

const diskHasRoom = onStandby(
  'standby-disk',
  text('The standby’s disk has room for WAL', 'Die Platte des Standby-Servers hat Platz für WAL'),
  ({ disk }, input) => {
    const free = bytesText(disk.freeBytes);
    const detail = text(`${free.en} free`, `${free.de} frei`);
    if (input.wanted === 'running' || disk.freeBytes >= FEW_BYTES) return { state: 'ok', detail };
    return {
      state: 'warning',
      detail,
      fix: text(
        'Everything received waits there until replay goes on: resume it in time.',
        'Alles Empfangene wartet dort, bis das Einspielen weitergeht: Setzen Sie es rechtzeitig fort.',
      ),
    };
  },
);

const commitsGoOn = gate(
  'commits-go-on',
  'primary',
  text('Commits do not wait for replay', 'Commits warten nicht auf das Einspielen'),
  (o, input) => {
    if (input.wanted === 'running' || o.commitsWaitForReplay === false)
      return { state: 'ok', detail: text('they do not', 'sie tun es nicht') };
    if (o.commitsWaitForReplay === null)
      return {
        state: 'unknown',
        detail: text('the primary does not answer', 'der Primärserver antwortet nicht'),
      };
    return {
      state: 'blocking',
      detail: sameText('synchronous_commit = remote_apply'),
      fix: text(
        'Every commit would hang until replay goes on: set synchronous_commit to on first.',
        'Jeder Commit würde hängen, bis das Einspielen weitergeht: Setzen Sie synchronous_commit zuerst auf on.',
      ),
    };
  },
);

/** The same for the page and the run. */
export const REPLAY_GATES: readonly ReplayGate[] = [
  isStandby,
  replayState,
  settingsSuffice,
  diskHasRoom,
  commitsGoOn,
];
