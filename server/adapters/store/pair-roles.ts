import { AppError } from '#server/errors/app-error.ts';
import type { PairRoles, RecordedRoles } from '#server/ports/inventory.ts';
import { Prisma as Sql } from './generated/client.ts';
import { zDetached } from './pair-states.ts';
import type { Prisma } from './prisma-client.ts';

/** Recorded roles in the control database; a change is one transaction that the epoch guards. */
export function createPairRoles(prisma: Prisma, changed: (pairId: string) => void): PairRoles {
  const read = async (db: Pick<Prisma, 'pair'>, pairId: string): Promise<RecordedRoles> => {
    const pair = await db.pair.findUnique({ where: { id: pairId }, include: { members: true } });
    const primary = pair?.members.find((m) => m.role === 'primary');
    if (pair == null || primary === undefined)
      throw new AppError('NOT_FOUND', { message: `no pair ${pairId}` });
    return {
      epoch: pair.epoch,
      primaryInstanceId: primary.instanceId,
      mustRejoinInstanceId: pair.mustRejoinInstanceId,
      detached: zDetached.parse(pair.detached),
    };
  };
  return {
    get: (pairId) => read(prisma, pairId),
    change: async (o) => {
      await prisma.$transaction(async (tx) => {
        await tx.$queryRaw`select 1 from pair where id = ${o.pairId} for update`;
        const now = await read(tx, o.pairId);
        if (now.primaryInstanceId === o.primaryInstanceId) return;
        if (now.epoch !== o.epoch) throw stale(o.epoch, now.epoch);
        const { pairId } = o;
        const members = await tx.pairMember.findMany({ where: { pairId } });
        // Removed and put back, because one member of each role is a rule of the database.
        await tx.pairMember.deleteMany({ where: { pairId } });
        await tx.pairMember.createMany({
          data: members.map((m) => ({
            pairId,
            instanceId: m.instanceId,
            role: m.instanceId === o.primaryInstanceId ? 'primary' : 'standby',
          })),
        });
        await tx.pair.update({
          where: { id: pairId },
          data: {
            epoch: { increment: 1 },
            mustRejoinInstanceId: o.mustRejoin ? now.primaryInstanceId : null,
          },
        });
      });
      changed(o.pairId);
    },
    detach: async (pairId, detached) => {
      await prisma.pair.update({
        where: { id: pairId },
        data: { detached: detached === null ? Sql.DbNull : { ...detached } },
      });
      changed(pairId);
    },
    rejoined: async (pairId) => {
      await recordRejoined(prisma, pairId);
      changed(pairId);
    },
  };
}

async function recordRejoined(prisma: Prisma, pairId: string): Promise<void> {
  const detail = 'it follows the other node as its standby';
  const owed = { pairId, state: { in: ['pending', 'conflict'] } };
  // A fence that is set later would stop a healthy standby.
  await prisma.$transaction([
    prisma.pendingFence.updateMany({ where: owed, data: { state: 'set', detail, setAt: new Date() } }),
    prisma.pair.update({
      where: { id: pairId },
      data: { mustRejoinInstanceId: null, detached: Sql.DbNull },
    }),
  ]);
}

function stale(expected: number, found: number): AppError {
  return new AppError('STALE_VIEW', {
    message: 'the roles of the pair were changed by another run',
    detail: `epoch ${found} instead of ${expected}`,
    hint: 'Look at the pair before going on.',
  });
}
