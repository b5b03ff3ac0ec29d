import type { HistoryPoint } from '#server/domain/history.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';

/** One live sample as a point of a chart, in the same shape that stored history has. */
export function toHistoryPoint(sample: PairSample): HistoryPoint {
  const primary = sample.primary;
  const retained = primary.reachable ? primary.slots.map((slot) => slot.retainedBytes ?? 0) : [];
  return {
    atMs: sample.takenAtMs,
    notReceivedBytes: sample.lag.notReceivedBytes,
    notReplayedBytes: sample.lag.notReplayedBytes,
    lagSeconds: sample.lag.seconds,
    walBytesPerSecond: sample.lag.walBytesPerSecond,
    slotRetainedBytes: retained.length === 0 ? null : Math.max(...retained),
    commitsPerSecond: sample.lag.commitsPerSecond,
  };
}

const EMPTY = {
  notReceivedBytes: null,
  notReplayedBytes: null,
  lagSeconds: null,
  walBytesPerSecond: null,
  slotRetainedBytes: null,
  commitsPerSecond: null,
} as const satisfies Omit<HistoryPoint, 'atMs'>;

/** A missing sample is a gap and not a line across: puts an empty point into every hole. */
export function withGaps(points: readonly HistoryPoint[], stepMs: number): HistoryPoint[] {
  const whole: HistoryPoint[] = [];
  for (const point of points) {
    const before = whole.at(-1);
    if (before !== undefined && point.atMs - before.atMs > stepMs * 2.5) {
      whole.push({ atMs: before.atMs + stepMs, ...EMPTY });
    }
    whole.push(point);
  }
  return whole;
}

/** Stored points followed by the live ones that are newer, from `fromMs` on. */
export function joinHistory(
  stored: readonly HistoryPoint[],
  live: readonly HistoryPoint[],
  fromMs: number,
): HistoryPoint[] {
  const lastStored = stored.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  return [...stored, ...live.filter((point) => point.atMs > lastStored)].filter(
    (point) => point.atMs >= fromMs,
  );
}
