import { detachedAt } from '#server/domain/detachment.ts';
import type { Text } from '#server/domain/plan.ts';
import { bytesText, text } from '#server/domain/text.ts';
import type { ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import type { Ids } from '#server/ports/clock.ts';
import { assessed } from '../change/assessed.ts';
import { ANOTHER_WORKS, refused } from '../change/blank-assessment.ts';
import { sideOf } from '../change/side-of.ts';
import type { PairWorld } from '../pair-world.ts';
import { REPLAY_GATES } from './gates.ts';
import type { ReplayInput } from './input.ts';
import { observeReplay, type ReplayObservation } from './look.ts';
import { setReplay } from './set-replay.ts';

const LOOK_MS = 10_000;

/** Looks at the standby and says what a pause, or its end, means. */
export async function assessReplay(o: {
  world: PairWorld;
  pair: ChangePair;
  kind: 'pause-replay' | 'resume-replay';
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair, kind, ids } = o;
  const frame = { ids, pair, kind, oldPrimary: pair.primary, newPrimary: pair.standby };
  const refusal = refusalOf(pair);
  if (refusal !== null) return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal);
  const observation = await observeReplay(world, { signal: o.signal, timeoutMs: LOOK_MS });
  const { takenAtMs } = observation;
  const input: ReplayInput = {
    pairId: pair.pairId,
    pairName: pair.name,
    wanted: kind === 'pause-replay' ? 'paused' : 'running',
    systemIdentifier: pair.systemIdentifier,
    primary: sideOf(pair.primary),
    standby: sideOf(pair.standby),
  };
  const gates = REPLAY_GATES.flatMap((gate) => gate(observation, input));
  const warnings = kind === 'pause-replay' ? pauseMeans(pair, observation) : resumeMeans(pair, observation);
  return assessed({ ...frame, takenAtMs }, { operation: setReplay, world, input, gates }, { warnings });
}

function refusalOf(pair: ChangePair): Text | null {
  if (pair.detached !== null)
    return text(
      `${pair.standby.serverName} was detached on ${detachedAt(pair.detached)}: it replays nothing.`,
      `${pair.standby.serverName} wurde am ${detachedAt(pair.detached)} abgehängt: Er spielt nichts ein.`,
    );
  if (pair.mustRejoinInstanceId !== null)
    return text(
      'The old primary has not come back yet: there is no standby that replays.',
      'Der alte Primärserver ist noch nicht zurück: Es gibt keinen Standby-Server, der einspielt.',
    );
  if (pair.runningOperationId !== null) return ANOTHER_WORKS;
  return null;
}

function pauseMeans({ standby }: ChangePair, o: ReplayObservation): Text[] {
  const free = o.standby === null ? null : bytesText(o.standby.disk.freeBytes);
  return [
    text(
      `Queries on ${standby.serverName} see the data of the moment of the pause.`,
      `Abfragen auf ${standby.serverName} sehen die Daten vom Augenblick des Anhaltens.`,
    ),
    text(
      'Nothing is lost: it goes on receiving. A planned switchover is refused until replay goes on; an emergency failover first replays everything that waits, which takes longer the longer the pause was.',
      'Nichts geht verloren: Er empfängt weiter. Ein geplanter Rollenwechsel wird abgelehnt, bis das Einspielen weitergeht; ein Notfall-Failover spielt zuerst alles Wartende ein, was umso länger dauert, je länger die Pause war.',
    ),
    text(
      `What it receives waits as WAL on the disk of ${standby.serverName}${free === null ? '' : `, where ${free.en} are free`}.`,
      `Das Empfangene wartet als WAL auf der Platte von ${standby.serverName}${free === null ? '' : `, auf der ${free.de} frei sind`}.`,
    ),
    text(
      `The pause ends when ${standby.serverName} restarts.`,
      `Die Pause endet, wenn ${standby.serverName} neu startet.`,
    ),
  ];
}

function resumeMeans({ standby }: ChangePair, o: ReplayObservation): Text[] {
  const replay = o.standby?.replay;
  if (replay?.receivedLsn == null || replay.replayedLsn === null) return [];
  const waiting = bytesText(Math.max(0, Number(replay.receivedLsn - replay.replayedLsn)));
  return [
    text(
      `${waiting.en} wait on ${standby.serverName}. While they are replayed, queries there may be cancelled.`,
      `${waiting.de} warten auf ${standby.serverName}. Während sie eingespielt werden, können dort Abfragen abgebrochen werden.`,
    ),
  ];
}
