import type { WalMeter } from '#server/ports/link-probe.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';

const POSITION = `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0'),
  extract(epoch FROM clock_timestamp()) * 1000`;

/** Statistics of less than a minute are a sample, and that is taken anyway. */
const AVERAGE = `SELECT wal_bytes / extract(epoch FROM clock_timestamp() - stats_reset)
FROM pg_stat_wal WHERE stats_reset < clock_timestamp() - interval '1 minute'`;

const HAS_STATISTICS = `SELECT to_regclass('pg_catalog.pg_stat_wal') IS NOT NULL`;

/** WalMeter through psql on the host. */
export function createWalMeter(runtime: PostgresRuntime): WalMeter {
  return {
    position: async (o) => {
      const [row] = await runtime.superuserSql(POSITION, {}, { ...o, reads: true });
      return { bytes: Number(row?.[0]), atMs: Number(row?.[1]) };
    },
    average: async (o) => {
      const wait = { ...o, reads: true };
      const [there] = await runtime.superuserSql(HAS_STATISTICS, {}, wait);
      if (there?.[0] !== 't') return null;
      const [row] = await runtime.superuserSql(AVERAGE, {}, wait);
      return row?.[0] === undefined ? null : Number(row[0]);
    },
  };
}
