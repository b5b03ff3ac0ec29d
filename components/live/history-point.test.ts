import { describe, expect, it } from 'vitest';
import type { HistoryPoint } from '#server/domain/history.ts';
import { joinHistory, withGaps } from './history-point.ts';

const at = (atMs: number, value: number | null = 1): HistoryPoint => ({
  atMs,
  notReceivedBytes: value,
  notReplayedBytes: value,
  lagSeconds: value,
  walBytesPerSecond: value,
  slotRetainedBytes: value,
  commitsPerSecond: value,
});

describe('withGaps', () => {
  it('never draws across missing samples', () => {
    const points = withGaps([at(0), at(1_000), at(9_000)], 1_000);
    expect(points.map((p) => [p.atMs, p.lagSeconds])).toEqual([
      [0, 1],
      [1_000, 1],
      [2_000, null],
      [9_000, 1],
    ]);
  });
  it('leaves a late sample alone', () => {
    expect(withGaps([at(0), at(1_900)], 1_000)).toHaveLength(2);
  });
});

describe('joinHistory', () => {
  it('neither repeats nor loses points where history ends and live begins', () => {
    const joined = joinHistory([at(0), at(1_000), at(2_000)], [at(1_000), at(2_000), at(3_000)], 1_000);
    expect(joined.map((p) => p.atMs)).toEqual([1_000, 2_000, 3_000]);
  });
});
