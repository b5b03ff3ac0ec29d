import { parseLsn, type Lsn } from '#server/domain/lsn.ts';
import type { ControlData } from '#server/ports/postgres-runtime.ts';

/** How an old primary's history lies to the new one's. */
export type Relation =
  /** It has everything up to some point of the new one's history and nothing else. */
  | { kind: 'behind'; fork: { timeline: number; lsn: string } | null }
  /** It wrote, or may have written, beyond the fork. */
  | { kind: 'diverged'; fork: { timeline: number; lsn: string } }
  /** Its timeline is not in the new one's history. */
  | { kind: 'unrelated' };

export interface NewHistory {
  timeline: number;
  /** Ends of earlier timelines, oldest first. */
  ends: readonly { timeline: number; endLsn: Lsn }[];
}

/**
 * From the stopped node's control file and the new primary's history. A node that was not shut down
 * cleanly may have WAL beyond its last checkpoint: then nobody can tell, which counts as diverged.
 */
export function relate(control: ControlData, history: NewHistory, format: (lsn: Lsn) => string): Relation {
  if (control.timeline === history.timeline) return { kind: 'behind', fork: null };
  const end = history.ends.find((e) => e.timeline === control.timeline);
  if (end === undefined) return { kind: 'unrelated' };
  const fork = { timeline: control.timeline, lsn: format(end.endLsn) };
  const clean = control.clusterState === 'shut down' || control.clusterState === 'shut down in recovery';
  const zero = parseLsn('0/0');
  const reached =
    control.minRecoveryEndLsn > control.latestCheckpointLsn && control.minRecoveryEndLsn !== zero
      ? control.minRecoveryEndLsn
      : control.latestCheckpointLsn;
  // A shutdown checkpoint that the new primary replayed lies before the fork; its record ends there at most.
  const beyond =
    control.clusterState === 'shut down in recovery' ? reached > end.endLsn : reached >= end.endLsn;
  return clean && !beyond ? { kind: 'behind', fork } : { kind: 'diverged', fork };
}
