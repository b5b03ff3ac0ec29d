import { formatLsn, requireLsn } from '#server/domain/lsn.ts';
import type { LastPrimaryRows } from '#server/ports/last-primaries.ts';
import { Prisma as Sql } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

/** One insert for all pairs; a row never becomes older, because two workers may know a pair for a moment. */
export function createLastPrimaryRows(prisma: Prisma): LastPrimaryRows {
  return {
    load: async (pairId) => {
      const row = await prisma.lastPrimary.findUnique({ where: { pairId } });
      if (row === null) return null;
      const { at, epoch, walBytesPerSecond, commitsPerSecond, synchronous, unwatchedMs } = row;
      const flushLsn = requireLsn(row.flushLsn);
      const known = { epoch, flushLsn, walBytesPerSecond, commitsPerSecond, synchronous, unwatchedMs };
      return { last: { atMs: at.getTime(), ...known }, watchedUntilMs: row.watchedUntil.getTime() };
    },
    save: async (rows) => {
      if (rows.length === 0) return;
      const values = rows.map(
        ({ pairId, last, watchedUntilMs }) =>
          Sql.sql`(${pairId}::text, ${last.epoch}::int, to_timestamp(${last.atMs} / 1000.0), ${formatLsn(last.flushLsn)}::text,
            ${last.walBytesPerSecond}::float8, ${last.commitsPerSecond}::float8, ${last.synchronous}::boolean,
            to_timestamp(${watchedUntilMs} / 1000.0), ${Math.min(2 ** 31 - 1, Math.round(last.unwatchedMs))}::int)`,
      );
      await prisma.$executeRaw`
        insert into last_primary ("pairId", epoch, at, "flushLsn", "walBytesPerSecond", "commitsPerSecond",
          synchronous, "watchedUntil", "unwatchedMs")
        select v.* from (values ${Sql.join(values)}) as v(pair, a, b, c, d, e, f, g, h)
        where exists (select from pair where id = v.pair)
        on conflict ("pairId") do update set epoch = excluded.epoch, at = excluded.at,
          "flushLsn" = excluded."flushLsn", "walBytesPerSecond" = excluded."walBytesPerSecond",
          "commitsPerSecond" = excluded."commitsPerSecond", synchronous = excluded.synchronous,
          "watchedUntil" = excluded."watchedUntil", "unwatchedMs" = excluded."unwatchedMs"
        where excluded.at >= last_primary.at and excluded."watchedUntil" >= last_primary."watchedUntil"`;
    },
  };
}
