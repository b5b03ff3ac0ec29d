import { describe, expect, it } from 'vitest';
import type { HistoryPoint } from '#server/domain/history.ts';
import { lagTrend } from './lag-trend.ts';

const MIB = 1_048_576;
const at = (seconds: number, mib: number | null): HistoryPoint => ({
  atMs: seconds * 1_000,
  notReceivedBytes: mib === null ? null : mib * MIB,
  notReplayedBytes: 0,
  lagSeconds: 0,
  walBytesPerSecond: 0,
  slotRetainedBytes: 0,
  commitsPerSecond: 0,
});

describe('lagTrend', () => {
  it('says when the standby will have caught up', () => {
    expect(lagTrend([at(0, 100), at(10, 50)])).toEqual({
      direction: 'catching-up',
      etaSeconds: 10,
      bytesPerSecond: 5 * MIB,
    });
  });
  it('says how fast it falls behind', () => {
    expect(lagTrend([at(0, 10), at(10, 60)])).toEqual({
      direction: 'falling-behind',
      bytesPerSecond: 5 * MIB,
    });
  });
  it('says nothing about small, steady or unknown distances', () => {
    expect(lagTrend([at(0, 0), at(10, 0.5)])).toBeNull();
    expect(lagTrend([at(0, 100), at(10, 100.1)])).toBeNull();
    expect(lagTrend([at(0, 100), at(10, null)])).toBeNull();
    expect(lagTrend([at(0, 100), at(2, 50)])).toBeNull();
    expect(lagTrend([])).toBeNull();
  });
});
