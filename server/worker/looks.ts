import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { createChangeStore } from '#server/adapters/store/change-store.ts';
import { createPairRoles } from '#server/adapters/store/pair-roles.ts';
import type { Prisma } from '#server/adapters/store/prisma-client.ts';
import { createWatchedPairs } from '#server/adapters/store/watched-pairs.ts';
import { isAssigned } from '#server/monitor/assigned-pairs.ts';
import { assessSwitchover } from '#server/operations/switchover/assess-switchover.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { Hosts } from './hosts.ts';
import type { LookDeps } from './look-at-pairs.ts';
import { openChangeWorld } from './operations/change-world.ts';

const FORECAST_RUNS = 5;

/** How this worker looks at pairs: on the hosts themselves, without a fence, because looks change nothing. */
export function createLooks(o: {
  prisma: Prisma;
  hosts: Hosts;
  secrets: SecretStore;
  workerId: string;
}): Pick<LookDeps, 'isMine' | 'look'> {
  const workers = createWatchedPairs(o.prisma);
  const store = createChangeStore(o.prisma);
  const roles = createPairRoles(o.prisma, () => undefined);
  return {
    isMine: async (pairId) => isAssigned(pairId, await workers.liveWorkers(), o.workerId),
    look: async (wish, pair, signal) => {
      if (wish.kind !== 'switchover') return null;
      const parts = { hosts: o.hosts, secrets: o.secrets, roles, clock: systemClock };
      const world = await openChangeWorld(
        parts,
        { oldPrimary: pair.primary, newPrimary: pair.standby },
        null,
      );
      try {
        const outages = await store.outages(pair.pairId, FORECAST_RUNS);
        return await assessSwitchover({ world, pair, outages, ids: systemIds, signal });
      } finally {
        await world.close();
      }
    },
  };
}
