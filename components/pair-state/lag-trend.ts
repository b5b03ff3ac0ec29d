import type { HistoryPoint } from '#server/domain/history.ts';

const WINDOW_MS = 15_000;
const SHORTEST_MS = 5_000;
/** Below this the distance is noise of a busy, healthy pair. */
const NOTEWORTHY_BYTES = 1_048_576;
const NOTEWORTHY_SHARE = 0.02;

export type LagTrend =
  | { direction: 'catching-up'; etaSeconds: number; bytesPerSecond: number }
  | { direction: 'falling-behind'; bytesPerSecond: number }
  | null;

const total = (point: HistoryPoint): number | null =>
  point.notReceivedBytes === null || point.notReplayedBytes === null
    ? null
    : point.notReceivedBytes + point.notReplayedBytes;

/** Where the distance of the last seconds leads; null when it is small, steady or unknown. */
export function lagTrend(points: readonly HistoryPoint[]): LagTrend {
  const last = points.at(-1);
  if (last === undefined) return null;
  const recent = points.filter((point) => point.atMs >= last.atMs - WINDOW_MS && total(point) !== null);
  const first = recent.at(0);
  const now = total(last);
  const before = first === undefined ? null : total(first);
  if (first === undefined || now === null || before === null || last.atMs - first.atMs < SHORTEST_MS)
    return null;
  const bytesPerSecond = ((now - before) / (last.atMs - first.atMs)) * 1_000;
  if (now < NOTEWORTHY_BYTES || Math.abs(bytesPerSecond) < now * NOTEWORTHY_SHARE) return null;
  if (bytesPerSecond > 0) return { direction: 'falling-behind', bytesPerSecond };
  return { direction: 'catching-up', bytesPerSecond: -bytesPerSecond, etaSeconds: now / -bytesPerSecond };
}
