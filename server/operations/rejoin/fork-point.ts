import type { Lsn } from '#server/domain/lsn.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
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

/** What an old primary has, as far as it can be told. */
interface Held {
  control: ControlData;
  /** Null = it does not answer. */
  position: NodePosition | null;
  /** The newest timeline of the WAL segments in a node that is in recovery; null = not looked for. */
  segmentTimeline: number | null;
}

/**
 * From the control file, the position of a node that answers, and the new primary's history. A node that
 * was not shut down cleanly may have WAL beyond its last checkpoint: then nobody can tell, which counts as
 * diverged, until it is back in recovery and says what it has. (Before it answers it has read all the WAL
 * of its crash; a standby may still have some to read, and then it does not stream, which does no harm.)
 *
 * Between two WAL receivers, as after a change of primary_conninfo, a standby names the timeline of its last
 * restartpoint, which may be older than what it replays. It asks for WAL of a newer timeline only where that
 * one goes on from what it has replayed, so a segment of it is proof enough.
 */
export function relate(
  { control, position, segmentTimeline }: Held,
  history: NewHistory,
  format: (lsn: Lsn) => string,
): Relation {
  const standby = position?.inRecovery === true ? position : null;
  const recovers = /(archive|shut down in) recovery$/.test(control.clusterState);
  const follows = [
    control.timeline,
    recovers ? control.minRecoveryTimeline : null,
    ...(standby === null ? [] : [standby.timeline, segmentTimeline]),
  ];
  if (follows.includes(history.timeline)) return { kind: 'behind', fork: null };
  const end = history.ends.find((e) => e.timeline === control.timeline);
  if (end === undefined) return { kind: 'unrelated' };
  const fork = { timeline: control.timeline, lsn: format(end.endLsn) };
  const isClean =
    standby !== null ||
    control.clusterState === 'shut down' ||
    control.clusterState === 'shut down in recovery';
  return { kind: isClean && !isBeyond(control, standby, end.endLsn) ? 'behind' : 'diverged', fork };
}

/** A checkpoint's position is where its record begins: one that begins at the fork is not the new primary's. */
function isBeyond(control: ControlData, standby: NodePosition | null, forkLsn: Lsn): boolean {
  const ends = [control.minRecoveryEndLsn, standby?.lsn ?? null, standby?.receivedLsn ?? null];
  return control.latestCheckpointLsn >= forkLsn || ends.some((end) => end !== null && end > forkLsn);
}
