import { bytesBetween, parseLsn, type Lsn } from './lsn.ts';
import type { NodeSample, ReachableNodeSample } from './node-sample.ts';
import type { PairLag } from './pair-sample.ts';

/** What a pair's past ticks say: how far the primary was, and when. Oldest first. */
export interface PrimaryTrack {
  points: readonly { atMs: number; lsn: Lsn; commits: number }[];
}

/** History is kept this long; a lag beyond it is "at least". */
const TRACK_MS = 24 * 3_600_000;
/** Recent points are dense, older ones are thinned: 1 s for 15 min, then one a minute. */
const DENSE_MS = 15 * 60_000;
const RATE_WINDOW_MS = 5_000;

export const EMPTY_TRACK: PrimaryTrack = { points: [] };

const UNKNOWN: PairLag = {
  notReceivedBytes: null,
  notReplayedBytes: null,
  totalBytes: null,
  seconds: null,
  walBytesPerSecond: null,
  commitsPerSecond: null,
  skewMs: null,
};

const lsnOf = (text: string | null): Lsn | null => (text === null ? null : parseLsn(text));
const gap = (from: Lsn, to: Lsn): number => Math.max(0, bytesBetween(from, to));

/** Adds one sample of the primary; a new timeline or a position that went back begins a new track. */
export function extendTrack(track: PrimaryTrack, primary: NodeSample): PrimaryTrack {
  if (!primary.reachable || primary.inRecovery) return track;
  const lsn = lsnOf(primary.writeLsn);
  if (lsn === null) return track;
  const point = { atMs: primary.takenAtMs, lsn, commits: primary.commits };
  const last = track.points.at(-1);
  if (last !== undefined && (lsn < last.lsn || point.atMs < last.atMs)) return { points: [point] };
  const oldest = point.atMs - TRACK_MS;
  const dense = point.atMs - DENSE_MS;
  const kept = track.points.filter((p, i, all) => {
    if (p.atMs < oldest) return false;
    const next = all[i + 1];
    return (
      p.atMs >= dense || next === undefined || Math.floor(p.atMs / 60_000) !== Math.floor(next.atMs / 60_000)
    );
  });
  return { points: [...kept, point] };
}

/** Distances of one tick. `track` already holds the primary's sample of it. */
export function lagOf(primary: NodeSample, standby: NodeSample, track: PrimaryTrack): PairLag {
  const rates = { walBytesPerSecond: null, commitsPerSecond: null, ...ratesOf(primary, track) };
  if (!standby.reachable) return { ...UNKNOWN, ...rates };
  const received = receivedLsn(standby);
  const replayed = lsnOf(standby.replayLsn);
  const notReplayedBytes = received === null || replayed === null ? null : gap(replayed, received);
  if (!primary.reachable || primary.inRecovery || !standby.inRecovery)
    return { ...UNKNOWN, ...rates, notReplayedBytes };
  const written = lsnOf(primary.writeLsn);
  const flushed = lsnOf(primary.flushLsn);
  return {
    ...rates,
    notReceivedBytes: flushed === null || received === null ? null : gap(received, flushed),
    notReplayedBytes,
    totalBytes: written === null || replayed === null ? null : gap(replayed, written),
    seconds: replayed === null ? null : secondsBehind(replayed, primary.takenAtMs, track),
    skewMs: Math.abs(primary.takenAtMs - standby.takenAtMs),
  };
}

/** Received and flushed; a standby that restores from an archive may have replayed more. */
function receivedLsn(standby: ReachableNodeSample): Lsn | null {
  const [received, replayed] = [lsnOf(standby.receiveLsn), lsnOf(standby.replayLsn)];
  if (received === null || replayed === null) return received ?? replayed;
  return received > replayed ? received : replayed;
}

/**
 * Since when the primary is beyond the standby's replay position, by our own clock: 0 when caught
 * up, also on an idle primary, where `now() - pg_last_xact_replay_timestamp()` would grow.
 */
function secondsBehind(replayed: Lsn, nowMs: number, track: PrimaryTrack): number {
  const first = track.points.find((p) => p.lsn > replayed);
  return first === undefined ? 0 : Math.max(0, (nowMs - first.atMs) / 1_000);
}

function ratesOf(primary: NodeSample, track: PrimaryTrack): Partial<PairLag> {
  if (!primary.reachable) return {};
  const last = track.points.at(-1);
  const first = track.points.find((p) => p.atMs >= primary.takenAtMs - RATE_WINDOW_MS);
  if (last === undefined || first === undefined || last.atMs <= first.atMs) return {};
  const seconds = (last.atMs - first.atMs) / 1_000;
  return {
    walBytesPerSecond: gap(first.lsn, last.lsn) / seconds,
    commitsPerSecond: Math.max(0, last.commits - first.commits) / seconds,
  };
}
