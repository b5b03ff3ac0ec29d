import * as z from 'zod';
import type { Activity } from '#server/ports/postgres-admin.ts';

/**
 * What a stop would disturb, as one JSON value (PostgreSQL manual, "The Cumulative Statistics
 * System"; `.ready` files of pg_wal/archive_status are segments that wait for the archiver).
 */
export const ACTIVITY_SQL = `SELECT json_build_object(
  'longTransactions', (SELECT coalesce(json_agg(t ORDER BY t.seconds DESC), '[]') FROM (
     SELECT pid, extract(epoch FROM backend_start)::text AS "startedAt", coalesce(usename, '') AS "user", floor(extract(epoch FROM clock_timestamp() - xact_start))::int AS seconds, coalesce(state, '') AS state
     FROM pg_stat_activity WHERE xact_start < clock_timestamp() - interval '1 minute' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
     ORDER BY xact_start LIMIT 20) t),
  'preparedTransactions', (SELECT count(*) FROM pg_prepared_xacts),
  'backups', (SELECT count(*) FROM pg_stat_progress_basebackup),
  'archiver', (SELECT json_build_object(
     'mode', current_setting('archive_mode'),
     'failing', coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
     'waiting', CASE WHEN current_setting('archive_mode') = 'off' OR pg_is_in_recovery() THEN 0
                ELSE (SELECT count(*) FROM pg_ls_dir('pg_wal/archive_status') f WHERE f LIKE '%.ready') END,
     'lastFailure', last_failed_wal) FROM pg_stat_archiver),
  'replayPaused', CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END,
  'applyDelayMs', (SELECT setting::bigint FROM pg_settings WHERE name = 'recovery_min_apply_delay'),
  'clientConnections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()))`;

const zActivity = z.object({
  longTransactions: z.array(
    z.object({
      pid: z.number(),
      startedAt: z.string(),
      user: z.string(),
      seconds: z.number(),
      state: z.string(),
    }),
  ),
  preparedTransactions: z.number(),
  backups: z.number(),
  archiver: z.object({
    mode: z.string(),
    failing: z.boolean(),
    waiting: z.number(),
    lastFailure: z.string().nullable(),
  }),
  replayPaused: z.boolean(),
  applyDelayMs: z.number(),
  clientConnections: z.number(),
});

export function parseActivity(json: string): Activity {
  return zActivity.parse(JSON.parse(json));
}
