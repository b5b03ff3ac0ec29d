import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { assessFailover } from '#server/operations/failover/assess-failover.ts';
import { planWorld } from '#server/operations/host-access.ts';
import { assessPrepare } from '#server/operations/prepare-pair/assess-prepare.ts';
import { assessDetach } from '#server/operations/detach-standby/assess-detach.ts';
import { assessOpen } from '#server/operations/open-primary/assess-open.ts';
import { assessEncrypt } from '#server/operations/encrypt-replication/assess-encrypt.ts';
import { assessReplay } from '#server/operations/set-replay/assess-replay.ts';
import { REJOIN_WAYS, type ChangeKind } from '#server/domain/assessment.ts';
import { assessRejoin } from '#server/operations/rejoin/assess-rejoin.ts';
import { assessStartGate } from '#server/operations/start-gate/assess-start-gate.ts';
import { assessSwitchover } from '#server/operations/switchover/assess-switchover.ts';
import type { PairWorld } from '#server/operations/pair-world.ts';
import type {
  AssessmentWish,
  ChangePair,
  ChangeStore,
  StoredAssessment,
} from '#server/ports/change-store.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { LastPrimaries } from './last-primaries.ts';
import type { LookDeps } from './look-at-pairs.ts';
import { openChangeWorld, type ChangeParts } from './operations/change-world.ts';

const FORECAST_RUNS = 5;
/** Their pins are those of the change that parts the nodes: the standby is the old primary. */
const COMES_BACK: readonly ChangeKind[] = ['rejoin', 'detach', 'attach'];

/** How this worker looks at pairs: on the hosts themselves, without a fence, because looks change nothing. */
export function createLook(o: {
  parts: ChangeParts;
  store: ChangeStore;
  primaries: LastPrimaries;
}): LookDeps['look'] {
  return async (wish, pair, signal) => {
    const [oldPrimary, newPrimary] = COMES_BACK.includes(wish.kind)
      ? [pair.standby, pair.primary]
      : [pair.primary, pair.standby];
    const world = await openChangeWorld(o.parts, { oldPrimary, newPrimary }, null);
    const common = { world, pair, ids: systemIds, signal };
    try {
      const nodes = { primary: world.oldPrimary, standby: world.newPrimary };
      const sides = lookAtSides(wish, { ...common, world: planWorld(world, nodes) });
      if (sides !== null) return await sides;
      if (wish.kind === 'detach') return await assessDetach(common);
      if (wish.kind === 'rejoin' || wish.kind === 'attach') {
        const way = REJOIN_WAYS.find((each) => each === wish.way) ?? null;
        return await assessRejoin({ ...common, kind: wish.kind, way });
      }
      if (wish.kind === 'failover')
        return await assessFailover({ ...common, last: await o.primaries.get(pair.pairId) });
      return await assessSwitchover({
        ...common,
        outages: await o.store.outages(pair.pairId, FORECAST_RUNS),
      });
    } finally {
      await world.close();
    }
  };
}

/** Looks that know a primary and a standby as recorded; null = the wish is one about a change of roles. */
function lookAtSides(
  { kind, way }: AssessmentWish,
  o: { world: PairWorld; pair: ChangePair; ids: Ids; signal: AbortSignal },
): Promise<StoredAssessment> | null {
  switch (kind) {
    case 'prepare':
      return assessPrepare({ ...o, way });
    case 'start-gate':
      return assessStartGate({ ...o, way });
    case 'pause-replay':
    case 'resume-replay':
      return assessReplay({ ...o, kind });
    case 'open-primary':
      return assessOpen(o);
    case 'encrypt':
      return assessEncrypt({ ...o, way });
    default:
      return null;
  }
}
