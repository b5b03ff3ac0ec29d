import type { ClientsLook } from '#server/domain/clients-look.ts';
import type { PairClients } from '#server/ports/pair-clients.ts';
import type { Prisma as Sql } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

/** Looks at applications in the control database. */
export function createPairClients(prisma: Prisma): PairClients {
  return {
    want: async (pairId, forMs) => {
      await prisma.$executeRaw`
        insert into pair_clients ("pairId", "wantedUntil")
        select id, clock_timestamp() + ${forMs} * interval '1 millisecond' from pair where id = ${pairId}
        on conflict ("pairId") do update set "wantedUntil" = excluded."wantedUntil"`;
    },
    wanted: async () => {
      const rows = await prisma.$queryRaw<{ pairId: string }[]>`
        select "pairId" from pair_clients where "wantedUntil" > clock_timestamp()`;
      return rows.map((row) => row.pairId);
    },
    save: async (pairId, look) => {
      const data = {
        takenAt: new Date(look.takenAtMs),
        result: JSON.parse(JSON.stringify(look)) as Sql.InputJsonValue,
      };
      // A pair that was removed meanwhile has no row any more.
      await prisma.pairClients.updateMany({ where: { pairId }, data });
    },
    read: async (pairId) => {
      const row = await prisma.pairClients.findUnique({ where: { pairId } });
      // Written by this store alone, so its shape is what was put in.
      return row?.result == null ? null : (row.result as unknown as ClientsLook);
    },
  };
}
