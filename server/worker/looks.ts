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
import type { ChangeStore } from '#server/ports/change-store.ts';
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
      if (wish.kind === 'prepare') return await assessPrepare({ ...common, world: planWorld(world, nodes) });
      if (wish.kind === 'start-gate')
        return await assessStartGate({ ...common, way: wish.way, world: planWorld(world, nodes) });
      if (wish.kind === 'pause-replay' || wish.kind === 'resume-replay')
        return await assessReplay({ ...common, kind: wish.kind, world: planWorld(world, nodes) });
      if (wish.kind === 'open-primary')
        return await assessOpen({ ...common, world: planWorld(world, nodes) });
      if (wish.kind === 'detach') return await assessDetach(common);
      if (wish.kind === 'encrypt') return await assessEncrypt({ ...common, world: planWorld(world, nodes) });
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
