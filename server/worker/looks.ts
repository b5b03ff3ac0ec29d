import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { assessFailover } from '#server/operations/failover/assess-failover.ts';
import { planWorld } from '#server/operations/host-access.ts';
import { assessPrepare } from '#server/operations/prepare-pair/assess-prepare.ts';
import { assessRejoin } from '#server/operations/rejoin/assess-rejoin.ts';
import { assessSwitchover } from '#server/operations/switchover/assess-switchover.ts';
import type { ChangeStore } from '#server/ports/change-store.ts';
import type { LastPrimaries } from './last-primaries.ts';
import type { LookDeps } from './look-at-pairs.ts';
import { openChangeWorld, type ChangeParts } from './operations/change-world.ts';

const FORECAST_RUNS = 5;

/** How this worker looks at pairs: on the hosts themselves, without a fence, because looks change nothing. */
export function createLook(o: {
  parts: ChangeParts;
  store: ChangeStore;
  primaries: LastPrimaries;
}): LookDeps['look'] {
  return async (wish, pair, signal) => {
    // A rejoin's pins are those of the change that parted the nodes: the standby is the old primary.
    const [oldPrimary, newPrimary] =
      wish.kind === 'rejoin' ? [pair.standby, pair.primary] : [pair.primary, pair.standby];
    const world = await openChangeWorld(o.parts, { oldPrimary, newPrimary }, null);
    const common = { world, pair, ids: systemIds, signal };
    try {
      if (wish.kind === 'prepare') {
        const nodes = { primary: world.oldPrimary, standby: world.newPrimary };
        return await assessPrepare({ ...common, world: planWorld(world, nodes) });
      }
      if (wish.kind === 'rejoin') return await assessRejoin({ ...common, way: wish.way });
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
