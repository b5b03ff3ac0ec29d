import type { PairHistoryReader } from '#server/ports/pair-history.ts';
import { toStoredOperation, WITH_ATTEMPTS } from './operation-rows.ts';
import type { Prisma } from './prisma-client.ts';

/** Runs and events of one pair. */
export function createPairHistoryReader(prisma: Prisma): PairHistoryReader {
  return {
    runs: async (pairId, beforeMs, limit) => {
      const rows = await prisma.operation.findMany({
        where: { pairId, createdAt: { lt: new Date(beforeMs) } },
        include: WITH_ATTEMPTS,
        orderBy: { createdAt: 'desc' },
        take: limit,
      });
      return rows.map(toStoredOperation);
    },
    events: async (pairId, beforeMs, limit) => {
      const rows = await prisma.pairEvent.findMany({
        where: { pairId, at: { lt: new Date(beforeMs) } },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map((row) => ({ atMs: row.at.getTime(), code: row.code, severity: row.severity }));
    },
  };
}
