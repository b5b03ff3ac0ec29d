import type { Text } from '#server/domain/plan.ts';
import type { LowSetting } from '#server/domain/required-settings.ts';
import { formatLsn, requireLsn } from '#server/domain/lsn.ts';
import { sameText, text } from '#server/domain/text.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { Gate, StepContext } from '#server/engine/define-operation.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import { judgeLowSettings, lookAtLowSettings } from '../../change/low-settings.ts';
import { gateMaker, type Verdict } from '../../gate-maker.ts';
import { within } from '../../pair-world.ts';
import type { FailoverInput } from '../input.ts';
import type { ChangeWorld } from '../../change/world.ts';

/** One quick look at the node that takes over; the old one is not waited for. */
export interface FailoverObservation {
  takenAtMs: number;
  name: string;
  position: NodePosition | null;
  failure: string | null;
  /** A person had detached it: it lacks what was written since. Null = the record cannot be read. */
  detached: boolean | null;
  /** Null = replay is paused, and it cannot be told whether for these. */
  lowSettings: readonly LowSetting[] | null;
}

export async function observeFailover(
  c: StepContext<ChangeWorld, FailoverInput>,
): Promise<FailoverObservation> {
  const detached = await c.world.roles.get(c.input.pairId).then(
    (roles) => roles.detached !== null,
    () => null,
  );
  const base = { takenAtMs: c.world.clock.nowMs(), name: c.input.newPrimary.serverName, detached };
  try {
    const position = await c.world.newPrimary.session.position(within(c, 5_000));
    const lowSettings = await lookAtLowSettings(c.world.newPrimary, position.replayPaused, within(c, 5_000));
    return { ...base, position, failure: null, lowSettings };
  } catch (thrown) {
    c.signal.throwIfAborted();
    return { ...base, position: null, failure: toAppError(thrown).message, lowSettings: [] };
  }
}

type FailoverGate = Gate<FailoverObservation, FailoverInput>;

const onNode = gateMaker<FailoverObservation, FailoverInput, 'name'>((on, o) => o[on]);

const gate = (
  code: string,
  title: Text,
  judge: (p: NodePosition, input: FailoverInput) => Verdict,
): FailoverGate =>
  onNode(code, 'name', title, (o, input) =>
    o.position === null
      ? {
          state: 'blocking',
          detail: sameText(o.failure ?? ''),
          fix: text(
            'It must answer before it can take over.',
            'Er muss antworten, bevor er übernehmen kann.',
          ),
        }
      : judge(o.position, input),
  );

const isStandby = gate(
  'is-standby',
  text('It is a standby that answers', 'Er ist ein Standby-Server, der antwortet'),
  (p) =>
    p.inRecovery
      ? { state: 'ok', detail: text(`timeline ${p.timeline}`, `Zeitlinie ${p.timeline}`) }
      : { state: 'blocking', detail: text('it accepts writes already', 'er nimmt schon Schreibzugriffe an') },
);

const sameSystem = gate(
  'same-system',
  text('It is this pair’s database system', 'Er ist das Datenbanksystem dieses Paars'),
  (p, input) => ({
    state: p.systemIdentifier === input.systemIdentifier ? 'ok' : 'blocking',
    detail: sameText(p.systemIdentifier),
  }),
);

const replayRuns = gate(
  'replay-runs',
  text('Replay is not paused', 'Das Einspielen ist nicht angehalten'),
  (p, input) => {
    if (!p.replayPaused) return { state: 'ok', detail: sameText(formatLsn(p.lsn)) };
    const detail = text('replay is paused', 'das Einspielen ist angehalten');
    if (!input.replayPaused)
      return { state: 'blocking', detail, fix: text('Look at the page anew.', 'Öffnen Sie die Seite neu.') };
    return {
      state: 'warning',
      detail,
      fix: text(
        'It goes on first, and everything that waits is replayed before the promotion.',
        'Es geht zuerst weiter, und alles Wartende wird vor der Beförderung eingespielt.',
      ),
    };
  },
);

const settingsSuffice = onNode(
  'settings-suffice',
  'name',
  text('Its settings let it take over', 'Seine Einstellungen erlauben die Übernahme'),
  (o) => judgeLowSettings(o.lowSettings),
);

/** A receiver that still advances has a primary that still writes: promoting then makes two of them. */
const receiverStands = gate(
  'receiver-stands',
  text('It receives nothing any more', 'Er empfängt nichts mehr'),
  (p, input) => {
    const now = p.receivedLsn === null ? null : formatLsn(p.receivedLsn);
    const advanced =
      p.receivedLsn !== null && input.receivedLsn !== null && p.receivedLsn > requireLsn(input.receivedLsn);
    if (advanced && p.receiver === 'streaming') {
      return {
        state: 'blocking',
        detail: text(
          `received ${now ?? '?'}, was ${input.receivedLsn ?? '?'}: the old primary still writes`,
          `empfangen ${now ?? '?'}, war ${input.receivedLsn ?? '?'}: Der alte Primärserver schreibt noch`,
        ),
        fix: text(
          'The old primary lives and the standby hears it: use the planned switchover.',
          'Der alte Primärserver lebt, und der Standby-Server hört ihn: Benutzen Sie den geplanten Rollenwechsel.',
        ),
      };
    }
    return { state: 'ok', detail: sameText(`${now ?? '-'} (${p.receiver ?? 'no receiver'})`) };
  },
);

const ATTACHED = {
  yes: { state: 'ok', detail: text('it follows', 'er folgt') },
  no: {
    state: 'blocking',
    detail: text('everything written since is missing there', 'alles seither Geschriebene fehlt dort'),
  },
  unknown: { state: 'unknown', detail: text('the record cannot be read', 'der Eintrag ist nicht lesbar') },
} as const;

const isAttached = onNode(
  'is-attached',
  'name',
  text('It was not detached', 'Er wurde nicht abgehängt'),
  (o) => ATTACHED[o.detached === null ? 'unknown' : o.detached ? 'no' : 'yes'],
);

export const FAILOVER_GATES: readonly FailoverGate[] = [
  isAttached,
  isStandby,
  sameSystem,
  replayRuns,
  settingsSuffice,
  receiverStands,
];
