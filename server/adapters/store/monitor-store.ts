import type { MonitorStore, RollupRow } from '#server/ports/monitoring.ts';
import { Prisma as Sql } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

/** How long each resolution is kept, days. */
export const RETENTION_DAYS = { 10: 2, 60: 30, 3600: 730 } as const;
const EVENT_DAYS = 730;

const orNull = (n: number | undefined): number | null => n ?? null;
const whole = (n: number | null | undefined): bigint | null => (n == null ? null : BigInt(Math.round(n)));

/** One row of the VALUES list; every value with its type, since a list of parameters has none. */
function valuesOf(r: RollupRow): Sql.Sql {
  const { notReceived, replayDelay, notReplayed, walRate } = r;
  return Sql.sql`(${r.pairId}::text, ${r.resolution}::int, to_timestamp(${r.bucketStartMs} / 1000.0), ${r.samples}::int,
    ${whole(notReceived?.min)}::bigint, ${whole(notReceived?.max)}::bigint, ${orNull(notReceived?.avg)}::float8, ${whole(notReceived?.last)}::bigint,
    ${orNull(replayDelay?.max)}::float8, ${orNull(replayDelay?.avg)}::float8, ${orNull(replayDelay?.last)}::float8,
    ${whole(notReplayed?.max)}::bigint, ${orNull(notReplayed?.avg)}::float8,
    ${orNull(walRate?.max)}::float8, ${orNull(walRate?.avg)}::float8, ${whole(r.slotRetainedMax)}::bigint, ${r.commitsAvg}::float8)`;
}

/** History in the control database: one insert per flush. A bucket that is there already is replaced. */
export function createMonitorStore(prisma: Prisma): MonitorStore {
  return {
    saveRollups: async (rows) => {
      if (rows.length === 0) return;
      const values = rows.map(valuesOf);
      await prisma.$executeRaw`
        insert into lag_rollup ("pairId", resolution, "bucketStart", samples,
          "notReceivedMin", "notReceivedMax", "notReceivedAvg", "notReceivedLast",
          "replayDelayMax", "replayDelayAvg", "replayDelayLast", "notReplayedMax", "notReplayedAvg",
          "walRateMax", "walRateAvg", "slotRetainedMax", "commitsAvg")
        select v.* from (values ${Sql.join(values)}) as v(pair, resolution, start, samples, a, b, c, d, e, f, g, h, i, j, k, l, m)
        where exists (select from pair where id = v.pair)
        on conflict ("pairId", resolution, "bucketStart") do update set
          samples = excluded.samples, "notReceivedMin" = excluded."notReceivedMin", "notReceivedMax" = excluded."notReceivedMax",
          "notReceivedAvg" = excluded."notReceivedAvg", "notReceivedLast" = excluded."notReceivedLast",
          "replayDelayMax" = excluded."replayDelayMax", "replayDelayAvg" = excluded."replayDelayAvg",
          "replayDelayLast" = excluded."replayDelayLast", "notReplayedMax" = excluded."notReplayedMax",
          "notReplayedAvg" = excluded."notReplayedAvg", "walRateMax" = excluded."walRateMax", "walRateAvg" = excluded."walRateAvg",
          "slotRetainedMax" = excluded."slotRetainedMax", "commitsAvg" = excluded."commitsAvg"`;
    },
    saveEvent: async (pairId, d) => {
      await prisma.$executeRaw`
        insert into pair_event ("pairId", at, code, severity, evidence)
        select ${pairId}, to_timestamp(${d.sinceMs} / 1000.0), ${d.code}, ${d.severity}, ${JSON.stringify(d.evidence)}::jsonb
        where exists (select from pair where id = ${pairId})`;
    },
    prune: async () => {
      for (const [resolution, days] of Object.entries(RETENTION_DAYS)) {
        await prisma.$executeRaw`
          delete from lag_rollup where resolution = ${Number(resolution)}
            and "bucketStart" < clock_timestamp() - ${days} * interval '1 day'`;
      }
      await prisma.$executeRaw`delete from pair_event where at < clock_timestamp() - ${EVENT_DAYS} * interval '1 day'`;
    },
  };
}
