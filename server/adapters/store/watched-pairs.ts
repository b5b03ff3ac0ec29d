import type { WatchedNode, WatchedPair, WatchedPairs } from '#server/ports/monitoring.ts';
import { locationOf } from './instance-location.ts';
import { zDetached } from './pair-states.ts';
import type { Prisma } from './prisma-client.ts';

const WITH_SERVERS = {
  members: { include: { instance: { include: { server: { select: { name: true } } } } } },
} as const;

/** A worker that was silent for longer is dead: with the next look at the inventory its pairs move, 10 s in all. */
const WORKER_FRESH_MS = 6_000;

type PairRow = Awaited<ReturnType<typeof findPairs>>[number];

function findPairs(prisma: Prisma) {
  return prisma.pair.findMany({ include: WITH_SERVERS });
}

function nodeOf(row: PairRow, role: 'primary' | 'standby'): WatchedNode | null {
  const instance = row.members.find((m) => m.role === role)?.instance;
  if (instance === undefined || instance.monitorRole === null || instance.monitorSecretId === null)
    return null;
  return {
    instanceId: instance.id,
    serverId: instance.serverId,
    serverName: instance.server.name,
    location: locationOf(instance),
    monitorRole: instance.monitorRole,
    monitorSecretId: instance.monitorSecretId,
  };
}

/** What the monitor reads from the inventory. */
export function createWatchedPairs(prisma: Prisma): WatchedPairs {
  return {
    list: async () => {
      const rows = await findPairs(prisma);
      return rows.flatMap((row): WatchedPair[] => {
        const [primary, standby] = [nodeOf(row, 'primary'), nodeOf(row, 'standby')];
        if (primary === null || standby === null) return [];
        const detachedSinceMs = zDetached.parse(row.detached)?.sinceMs ?? null;
        const { id: pairId, epoch, slotName } = row;
        return [{ pairId, epoch, slotName, detachedSinceMs, primary, standby }];
      });
    },
    liveWorkers: async () => {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        select "workerId" as id from worker_heartbeat
        where "seenAt" > clock_timestamp() - ${WORKER_FRESH_MS} * interval '1 millisecond' order by 1`;
      return rows.map((r) => r.id);
    },
  };
}
