import { requireLsn } from '#server/domain/lsn.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { ControlData } from '#server/ports/postgres-runtime.ts';

/** Reads the output of `pg_controldata` (English: every command runs with LC_ALL=C). */
export function parseControlData(text: string): ControlData {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined)
      throw new AppError('ASSERTION', {
        message: `pg_controldata says nothing about ${JSON.stringify(name)}`,
      });
    return value;
  };
  return {
    clusterState: field('Database cluster state'),
    systemIdentifier: field('Database system identifier'),
    timeline: Number(field("Latest checkpoint's TimeLineID")),
    latestCheckpointLsn: requireLsn(field('Latest checkpoint location')),
    redoLsn: requireLsn(field("Latest checkpoint's REDO location")),
    minRecoveryEndLsn: requireLsn(field('Minimum recovery ending location')),
    minRecoveryTimeline: Number(field("Min recovery ending loc's timeline")),
    walLogHints: field('wal_log_hints setting') === 'on',
    dataChecksums: field('Data page checksum version') !== '0',
    walSegmentBytes: Number(field('Bytes per WAL segment')),
    pgControlVersion: Number(field('pg_control version number')),
    requiredSettings: {
      max_connections: Number(field('max_connections setting')),
      max_worker_processes: Number(field('max_worker_processes setting')),
      max_wal_senders: Number(field('max_wal_senders setting')),
      max_prepared_transactions: Number(field('max_prepared_xacts setting')),
      max_locks_per_transaction: Number(field('max_locks_per_xact setting')),
    },
  };
}
