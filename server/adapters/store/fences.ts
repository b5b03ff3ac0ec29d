import * as z from 'zod';
import type { Fences } from '#server/ports/fences.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { Prisma as Sql } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

const zState = z.enum(['pending', 'conflict']);

/** Fences that are owed, in the control database. */
export function createFences(prisma: Prisma, changed: (pairId: string) => void): Fences {
  const set = async (id: string, data: { state: string; detail: string; setAt?: Date }): Promise<void> => {
    const { pairId } = await prisma.pendingFence.update({ where: { id }, data });
    changed(pairId);
  };
  return {
    owe: async ({ id, pairId, instanceId, serverName, input, state, detail }) => {
      const data = { pairId, instanceId, serverName, input: input ?? Sql.JsonNull, state, detail };
      await prisma.pendingFence.upsert({ where: { id }, create: { id, ...data }, update: {} });
      changed(pairId);
    },
    exists: async (id) => (await prisma.pendingFence.count({ where: { id } })) > 0,
    pending: async () => {
      const rows = await prisma.pendingFence.findMany({ where: { state: 'pending' } });
      return rows.map((r) => ({
        id: r.id,
        pairId: r.pairId,
        instanceId: r.instanceId,
        serverName: r.serverName,
        // Written by this store alone.
        input: r.input as Json,
        state: zState.parse(r.state),
        detail: r.detail,
      }));
    },
    settle: (id, detail) => set(id, { state: 'set', detail, setAt: new Date() }),
    conflict: (id, detail) => set(id, { state: 'conflict', detail }),
    forget: async (id) => {
      await prisma.pendingFence.deleteMany({ where: { id } });
    },
  };
}
