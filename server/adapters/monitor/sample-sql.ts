import { STANDBY_TIMELINE } from '#server/adapters/sql/standby-timeline.ts';

import * as z from 'zod';
import type { ReachableNodeSample } from '#server/domain/node-sample.ts';

/**
 * One statement a second and node: everything that the pair page and the diagnosis look at, as one
 * JSON document. Works on PostgreSQL 13 to 18; needs pg_monitor.
 */
export const SAMPLE_SQL = `SELECT jsonb_build_object(
  'inRecovery', r.recovery,
  'systemIdentifier', (SELECT system_identifier::text FROM pg_control_system()),
  'timeline', CASE WHEN r.recovery
      THEN ${STANDBY_TIMELINE}
      ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
  'serverVersionNum', current_setting('server_version_num')::int,
  'serverTimeMs', extract(epoch FROM clock_timestamp()) * 1000,
  'startedAtMs', extract(epoch FROM pg_postmaster_start_time()) * 1000,
  'insertLsn', CASE WHEN NOT r.recovery THEN pg_current_wal_insert_lsn() END,
  'writeLsn', CASE WHEN NOT r.recovery THEN pg_current_wal_lsn() END,
  'flushLsn', CASE WHEN NOT r.recovery THEN pg_current_wal_flush_lsn() END,
  'receiveLsn', CASE WHEN r.recovery THEN pg_last_wal_receive_lsn() END,
  'replayLsn', CASE WHEN r.recovery THEN pg_last_wal_replay_lsn() END,
  'lastReplayedCommitAtMs', CASE WHEN r.recovery THEN extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000 END,
  'replayPaused', CASE WHEN r.recovery THEN pg_is_wal_replay_paused() ELSE false END,
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'maxConnections', current_setting('max_connections')::int,
  'commits', (SELECT coalesce(sum(xact_commit), 0) FROM pg_stat_database),
  'lastCheckpointAtMs', (SELECT extract(epoch FROM checkpoint_time) * 1000 FROM pg_control_checkpoint()),
  'senders', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'applicationName', application_name, 'clientAddr', host(client_addr), 'state', state, 'syncState', sync_state,
      'sentLsn', sent_lsn, 'writeLsn', write_lsn, 'flushLsn', flush_lsn, 'replayLsn', replay_lsn,
      'replyAgeMs', extract(epoch FROM clock_timestamp() - reply_time) * 1000) ORDER BY pid), '[]') FROM pg_stat_replication),
  'receiver', (SELECT jsonb_build_object('status', status, 'receivedTimeline', received_tli, 'flushedLsn', flushed_lsn,
      'latestEndLsn', latest_end_lsn, 'lastMessageAgeMs', extract(epoch FROM clock_timestamp() - last_msg_receipt_time) * 1000,
      'statusIntervalMs', extract(epoch FROM current_setting('wal_receiver_status_interval')::interval) * 1000,
      'senderHost', sender_host, 'senderPort', sender_port, 'slotName', slot_name) FROM pg_stat_wal_receiver),
  'slots', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', slot_name, 'type', slot_type, 'active', active,
      'restartLsn', restart_lsn, 'walStatus', wal_status,
      'retainedBytes', CASE WHEN NOT r.recovery THEN pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) END,
      'safeWalBytes', safe_wal_size) ORDER BY slot_name), '[]') FROM pg_replication_slots)
)::text AS sample FROM (SELECT pg_is_in_recovery() AS recovery) r`;

/** Walks all relation files: asked once a minute, apart from the sample. */
export const DATABASE_BYTES_SQL = 'SELECT sum(pg_database_size(oid))::text AS bytes FROM pg_database';

const lsn = z.string().nullable();
const zSample = z.object({
  inRecovery: z.boolean(),
  systemIdentifier: z.string(),
  timeline: z.number(),
  serverVersionNum: z.number(),
  serverTimeMs: z.number(),
  startedAtMs: z.number(),
  insertLsn: lsn,
  writeLsn: lsn,
  flushLsn: lsn,
  receiveLsn: lsn,
  replayLsn: lsn,
  lastReplayedCommitAtMs: z.number().nullable(),
  replayPaused: z.boolean(),
  connections: z.number(),
  maxConnections: z.number(),
  commits: z.number(),
  lastCheckpointAtMs: z.number().nullable(),
  senders: z.array(
    z.object({
      applicationName: z.string(),
      clientAddr: z.string().nullable(),
      state: z.string(),
      syncState: z.string(),
      sentLsn: lsn,
      writeLsn: lsn,
      flushLsn: lsn,
      replayLsn: lsn,
      replyAgeMs: z.number().nullable(),
    }),
  ),
  receiver: z
    .object({
      status: z.string(),
      receivedTimeline: z.number().nullable(),
      flushedLsn: lsn,
      latestEndLsn: lsn,
      lastMessageAgeMs: z.number().nullable(),
      statusIntervalMs: z.number().nullable(),
      senderHost: z.string().nullable(),
      senderPort: z.number().nullable(),
      slotName: z.string().nullable(),
    })
    .nullable(),
  slots: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['physical', 'logical']),
      active: z.boolean(),
      restartLsn: lsn,
      walStatus: z.string().nullable(),
      retainedBytes: z.number().nullable(),
      safeWalBytes: z.number().nullable(),
    }),
  ),
});

export type SampleBody = Omit<
  ReachableNodeSample,
  'reachable' | 'instanceId' | 'tick' | 'takenAtMs' | 'roundTripMs' | 'databaseBytes'
>;

/** Parses the document; a server that answers in another shape is an error and not a sample. */
export function parseSample(text: string): SampleBody {
  return zSample.parse(JSON.parse(text));
}
