import { describe, expect, it } from 'vitest';
import type { PairLag, PairSample } from '#server/domain/pair-sample.ts';
import { primarySample, silentSample, standbySample } from '#server/testing/node-samples.ts';
import { Rollups } from './rollup.ts';

const NO_LAG: PairLag = {
  notReceivedBytes: null,
  notReplayedBytes: null,
  totalBytes: null,
  seconds: null,
  walBytesPerSecond: null,
  commitsPerSecond: null,
  skewMs: null,
};

function sampleAt(takenAtMs: number, lag: Partial<PairLag> = {}, pairId = 'p', silent = false): PairSample {
  return {
    pairId,
    epoch: 1,
    tick: 1,
    takenAtMs,
    primary: silent ? silentSample() : primarySample(),
    standby: standbySample(),
    lag: { ...NO_LAG, ...lag },
    diagnosis: { code: 'healthy', severity: 'ok', sinceMs: 0, evidence: [] },
  };
}

describe('rollups', () => {
  it('give a bucket when it is over, with least, most, mean and last of its ticks', () => {
    const rollups = new Rollups();
    expect(rollups.add(sampleAt(1_000, { notReceivedBytes: 10 }))).toEqual([]);
    expect(rollups.add(sampleAt(9_999, { notReceivedBytes: 30 }))).toEqual([]);
    expect(rollups.add(sampleAt(10_000, { notReceivedBytes: 99 }))).toMatchObject([
      {
        pairId: 'p',
        resolution: 10,
        bucketStartMs: 0,
        samples: 2,
        notReceived: { min: 10, max: 30, avg: 20, last: 30 },
      },
    ]);
  });

  it('close all three resolutions at the hour', () => {
    const rollups = new Rollups();
    rollups.add(sampleAt(3_599_000));
    expect(rollups.add(sampleAt(3_600_000)).map((r) => [r.resolution, r.bucketStartMs])).toEqual([
      [10, 3_590_000],
      [60, 3_540_000],
      [3600, 0],
    ]);
  });

  it('leave a gap where nothing was known, not a zero', () => {
    const rollups = new Rollups();
    rollups.add(sampleAt(0, {}, 'p', true));
    const [row] = rollups.flush();
    expect(row).toMatchObject({
      samples: 1,
      notReceived: null,
      notReplayed: null,
      replayDelay: null,
      walRate: null,
      slotRetainedMax: null,
      commitsAvg: null,
    });
  });

  it('average over the ticks that knew a value only', () => {
    const rollups = new Rollups();
    rollups.add(sampleAt(0, { seconds: 4 }));
    rollups.add(sampleAt(1_000));
    expect(rollups.flush()[0]?.replayDelay).toEqual({ min: 4, max: 4, avg: 4, last: 4 });
  });

  it('keep pairs apart, and make no bucket of the time in which nobody polled', () => {
    const rollups = new Rollups();
    rollups.add(sampleAt(0, { seconds: 1 }, 'p'));
    rollups.add(sampleAt(0, { seconds: 9 }, 'q r'));
    const rows = rollups.add(sampleAt(500_000, { seconds: 2 }, 'p'));
    expect(rows.map((r) => [r.pairId, r.resolution, r.replayDelay?.max])).toEqual([
      ['p', 10, 1],
      ['p', 60, 1],
    ]);
    expect(rollups.flush().filter((r) => r.pairId === 'q r')).toHaveLength(3);
  });

  it('are empty after a flush', () => {
    const rollups = new Rollups();
    rollups.add(sampleAt(0));
    expect(rollups.flush()).toHaveLength(3);
    expect(rollups.flush()).toEqual([]);
  });
});
