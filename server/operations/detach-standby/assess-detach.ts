import type { Assessment } from '#server/domain/assessment.ts';
import { detachedAt } from '#server/domain/detachment.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import type { Ids } from '#server/ports/clock.ts';
import { assessed } from '../change/assessed.ts';
import { ANOTHER_WORKS, NOT_PREPARED, refused } from '../change/blank-assessment.ts';
import type { ChangeWorld } from '../change/world.ts';
import { rejoinBaseOf } from '../rejoin/assess-rejoin.ts';
import { detachStandby } from './detach-standby.ts';
import { DETACH_GATES } from './gates.ts';
import { observeDetach } from './look.ts';

/** Looks at both servers and says what it means to let the standby go. */
export async function assessDetach(o: {
  world: ChangeWorld;
  pair: ChangePair;
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair, ids } = o;
  const frame = { ids, pair, kind: 'detach' as const, oldPrimary: pair.standby, newPrimary: pair.primary };
  const base = rejoinBaseOf(pair);
  const refusal = refusalOf(pair);
  if (base === null || refusal !== null)
    return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal ?? NOT_PREPARED);
  const observation = await observeDetach(world, base, o.signal);
  const { takenAtMs, syncNames } = observation;
  const input = {
    ...base,
    // Neither is called: nobody's primary changes.
    hooks: [],
    routes: [],
    syncNames: syncNames === '' ? null : syncNames,
    standbyReachable: observation.old !== null,
  };
  const gates = DETACH_GATES.flatMap((gate) => gate(observation, input));
  return assessed(
    { ...frame, takenAtMs },
    { operation: detachStandby, world, input, gates },
    { warnings: meaningOf(pair), confirmation: demandOf(pair) },
  );
}

function refusalOf(pair: ChangePair): Text | null {
  if (pair.detached !== null)
    return text(
      `${pair.standby.serverName} was detached on ${detachedAt(pair.detached)} already.`,
      `${pair.standby.serverName} wurde schon am ${detachedAt(pair.detached)} abgehängt.`,
    );
  if (pair.mustRejoinInstanceId !== null)
    return text(
      'The old primary has not come back yet: nothing follows that could be detached.',
      'Der alte Primärserver ist noch nicht zurück: Es folgt niemand, der abgehängt werden könnte.',
    );
  if (pair.runningOperationId !== null) return ANOTHER_WORKS;
  return null;
}

function meaningOf({ primary, standby }: ChangePair): Text[] {
  return [
    text(
      `From then on ${primary.serverName} has no standby: if it is lost, everything written since is lost.`,
      `Von da an hat ${primary.serverName} keinen Standby-Server: Geht er verloren, ist alles seither Geschriebene verloren.`,
    ),
    text(
      `Neither switchover nor failover is possible until ${standby.serverName} is attached again.`,
      `Weder Rollenwechsel noch Failover sind möglich, bis ${standby.serverName} wieder angehängt ist.`,
    ),
    text(
      `${primary.serverName} keeps no WAL for it: after a longer time attaching needs a new base backup.`,
      `${primary.serverName} hält kein WAL für ihn vor: Nach längerer Zeit braucht das Anhängen eine neue Basissicherung.`,
    ),
  ];
}

function demandOf({ environment, standby }: ChangePair): Assessment['confirmation'] {
  const word = environment === 'production' ? { text: standby.serverName, of: 'old-primary' as const } : null;
  return { word, ticks: [], reasonRequired: false };
}
