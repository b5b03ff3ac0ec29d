import { AppError } from '#server/errors/app-error.ts';
import type { DraftData } from '#server/domain/setup-draft.ts';
import type { GateWish } from '#server/domain/start-gate.ts';
import type { DraftStore, StoredDraft } from '#server/ports/draft-store.ts';
import { Prisma as Sql } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

interface Row {
  id: string;
  data: unknown;
  operationId: string | null;
  updatedAt: Date;
  createdBy: string;
}

function toStored(row: Row): StoredDraft {
  // Written by this store only, from parsed data; an older draft was never asked about a start gate.
  const data = row.data as DraftData;
  const { startGate } = data as { startGate?: GateWish };
  return {
    id: row.id,
    data: { ...data, startGate: startGate ?? 'none' },
    operationId: row.operationId,
    updatedAtMs: row.updatedAt.getTime(),
    createdBy: row.createdBy,
  };
}

/** The table `setup_draft`. */
export function createDraftStore(prisma: Prisma): DraftStore {
  const change = async (id: string, data: Sql.SetupDraftUpdateInput): Promise<StoredDraft> => {
    try {
      return toStored(await prisma.setupDraft.update({ where: { id }, data }));
    } catch (cause) {
      if (cause instanceof Sql.PrismaClientKnownRequestError && cause.code === 'P2025') throw gone(id);
      throw cause;
    }
  };
  return {
    list: async () => {
      const rows = await prisma.setupDraft.findMany({
        where: { operationId: null },
        orderBy: { updatedAt: 'desc' },
      });
      return rows.map(toStored);
    },
    get: async (id) => {
      const row = await prisma.setupDraft.findUnique({ where: { id } });
      if (row === null) throw gone(id);
      return toStored(row);
    },
    create: async (id, data, createdBy) =>
      toStored(
        await prisma.setupDraft.create({ data: { id, kind: data.kind, data: { ...data }, createdBy } }),
      ),
    save: (id, data) => change(id, { data: { ...data }, kind: data.kind }),
    setOperation: async (id, operationId) => {
      await change(id, { operationId });
    },
    remove: async (id) => {
      await prisma.setupDraft.deleteMany({ where: { id } });
    },
  };
}

function gone(id: string): AppError {
  return new AppError('NOT_FOUND', { message: `no draft ${id}`, hint: 'It may have been removed.' });
}
