import type { AuditFilter, AuditReader, StoredAuditEntry } from '#server/ports/audit-log.ts';
import { Prisma as Sql } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

interface Row {
  id: bigint;
  at: Date;
  actor: string;
  action: string;
  target: string | null;
  details: unknown;
  pairId: string | null;
  requestId: string | null;
  address: string | null;
  previousHash: string;
  canonical: string;
  hash: string;
}

function toStored({ id, at, details, ...row }: Row): StoredAuditEntry {
  // What was put in by an AuditLog; a chain is verified on exactly what is there.
  return { ...row, id: String(id), atMs: at.getTime(), details: details as StoredAuditEntry['details'] };
}

/** Entries that name the pair, and those of its runs. */
function ofPair(pairId: string): Sql.Sql {
  return Sql.sql`("pairId" = ${pairId} or details ->> 'pairId' = ${pairId}
    or details ->> 'operationId' in (select id from operation where "pairId" = ${pairId}))`;
}

function conditions(filter: AuditFilter, bound: Sql.Sql): Sql.Sql {
  const all = [bound];
  if (filter.actor !== undefined) all.push(Sql.sql`actor = ${filter.actor}`);
  if (filter.action !== undefined) all.push(Sql.sql`action = ${filter.action}`);
  if (filter.pairId !== undefined) all.push(ofPair(filter.pairId));
  if (filter.beforeMs !== undefined) all.push(Sql.sql`at < ${new Date(filter.beforeMs)}`);
  if (filter.withoutRuns === true) all.push(Sql.sql`details ->> 'operationId' is null`);
  return Sql.join(all, ' and ');
}

/** The table `audit_entry`, read along the chain. */
export function createAuditReader(prisma: Prisma): AuditReader {
  const read = async (filter: AuditFilter, bound: Sql.Sql, order: Sql.Sql, limit: number) => {
    const rows = await prisma.$queryRaw<Row[]>`
      select * from audit_entry where ${conditions(filter, bound)} order by id ${order} limit ${limit}`;
    return rows.map(toStored);
  };
  return {
    newest: (filter, before, limit) => {
      const bound = before === null ? Sql.sql`true` : Sql.sql`id < ${BigInt(before)}`;
      return read(filter, bound, Sql.sql`desc`, limit);
    },
    oldest: (filter, after, limit) => read(filter, Sql.sql`id > ${BigInt(after ?? 0)}`, Sql.sql`asc`, limit),
    ofOperations: async (operationIds) => {
      if (operationIds.length === 0) return [];
      const rows = await prisma.$queryRaw<Row[]>`
        select * from audit_entry where details ->> 'operationId' in (${Sql.join(operationIds)}) order by id`;
      return rows.map(toStored);
    },
    names: async () => {
      const [actors, actions] = await Promise.all([
        prisma.auditEntry.findMany({
          distinct: ['actor'],
          select: { actor: true },
          orderBy: { actor: 'asc' },
        }),
        prisma.auditEntry.findMany({
          distinct: ['action'],
          select: { action: true },
          orderBy: { action: 'asc' },
        }),
      ]);
      return { actors: actors.map((row) => row.actor), actions: actions.map((row) => row.action) };
    },
  };
}
