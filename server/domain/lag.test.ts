import { describe, expect, it } from 'vitest';
import { primarySample, silentSample, standbySample } from '#server/testing/node-samples.ts';
import { EMPTY_TRACK, extendTrack, lagOf, type PrimaryTrack } from './lag.ts';

const MIB = 1024 * 1024;
const lsn = (bytes: number): string => `0/${bytes.toString(16).toUpperCase()}`;

/** A primary that was at `bytes` at each second. */
function trackOf(points: readonly [atMs: number, bytes: number, commits?: number][]): PrimaryTrack {
  return points.reduce(
    (track, [takenAtMs, bytes, commits = 0]) =>
      extendTrack(track, primarySample(lsn(bytes), { takenAtMs, commits })),
    EMPTY_TRACK,
  );
}

describe('lag in seconds', () => {
  it('is 0 on an idle pair, however long the last write is ago', () => {
    const track = trackOf([
      [0, 100],
      [3_600_000, 100],
    ]);
    const primary = primarySample(lsn(100), { takenAtMs: 3_600_000 });
    expect(lagOf(primary, standbySample(lsn(100)), track).seconds).toBe(0);
  });

  it('counts from the moment at which the primary went beyond what the standby replayed', () => {
    const track = trackOf([
      [0, 100],
      [1_000, 200],
      [2_000, 200],
      [3_000, 300],
    ]);
    const primary = primarySample(lsn(300), { takenAtMs: 3_000 });
    expect(lagOf(primary, standbySample(lsn(100)), track).seconds).toBe(2);
    expect(lagOf(primary, standbySample(lsn(200)), track).seconds).toBe(0);
    expect(lagOf(primary, standbySample(lsn(150)), track).seconds).toBe(2);
  });

  it('grows with time while nothing arrives, also when the primary writes no more', () => {
    let track = trackOf([
      [0, 100],
      [1_000, 200],
    ]);
    const seconds = [2_000, 3_000, 60_000].map((takenAtMs) => {
      const primary = primarySample(lsn(200), { takenAtMs });
      track = extendTrack(track, primary);
      return lagOf(primary, standbySample(lsn(100)), track).seconds;
    });
    expect(seconds).toEqual([1, 2, 59]);
  });

  it('begins anew when the position goes back, as after a restore, and never turns negative', () => {
    const track = trackOf([
      [0, 500],
      [1_000, 100],
    ]);
    expect(track.points).toHaveLength(1);
    const primary = primarySample(lsn(100), { takenAtMs: 1_000 });
    expect(lagOf(primary, standbySample(lsn(500)), track)).toMatchObject({ seconds: 0, totalBytes: 0 });
  });
});

describe('distances', () => {
  it('keep "not received" and "received, not replayed" apart', () => {
    const primary = primarySample(lsn(9 * MIB));
    const standby = standbySample(undefined, { receiveLsn: lsn(8 * MIB), replayLsn: lsn(5 * MIB) });
    expect(lagOf(primary, standby, EMPTY_TRACK)).toMatchObject({
      notReceivedBytes: MIB,
      notReplayedBytes: 3 * MIB,
      totalBytes: 4 * MIB,
    });
  });

  it('count only flushed WAL of the primary as not received: what is not flushed is promised to nobody', () => {
    const primary = primarySample(lsn(100), { flushLsn: lsn(60) });
    expect(lagOf(primary, standbySample(lsn(60)), EMPTY_TRACK)).toMatchObject({
      notReceivedBytes: 0,
      totalBytes: 40,
    });
  });

  it('are unknown, not 0, when a node gives no answer', () => {
    const unknown = { notReceivedBytes: null, totalBytes: null, seconds: null, skewMs: null };
    expect(lagOf(silentSample(), standbySample(), EMPTY_TRACK)).toMatchObject(unknown);
    expect(lagOf(primarySample(), silentSample(), EMPTY_TRACK)).toMatchObject(unknown);
  });

  it('still tell what a lone standby has yet to replay', () => {
    const standby = standbySample(undefined, { receiveLsn: lsn(80), replayLsn: lsn(30) });
    expect(lagOf(silentSample(), standby, EMPTY_TRACK).notReplayedBytes).toBe(50);
  });

  it('carry the time between the two samples as their error bar', () => {
    const lag = lagOf(
      primarySample(undefined, { takenAtMs: 1_000 }),
      standbySample(undefined, { takenAtMs: 1_120 }),
      EMPTY_TRACK,
    );
    expect(lag.skewMs).toBe(120);
  });
});

describe('rates', () => {
  it('come from the last seconds and never are negative', () => {
    const track = trackOf([
      [0, 0, 0],
      [10_000, 10 * MIB, 100],
      [12_000, 14 * MIB, 140],
    ]);
    const primary = primarySample(lsn(14 * MIB), { takenAtMs: 12_000, commits: 140 });
    const lag = lagOf(primary, standbySample(), track);
    expect(lag.walBytesPerSecond).toBe(2 * MIB);
    expect(lag.commitsPerSecond).toBe(20);
    const reset = trackOf([
      [0, 0, 100],
      [1_000, 0, 5],
    ]);
    expect(lagOf(primarySample(lsn(0), { takenAtMs: 1_000 }), standbySample(), reset).commitsPerSecond).toBe(
      0,
    );
  });
});

describe('the track of a primary', () => {
  it('stays small over a day: dense for 15 minutes, then one point a minute', () => {
    const day = 24 * 3_600_000;
    // A step of 7 s keeps the test quick; what counts is the bound.
    let track = EMPTY_TRACK;
    for (let atMs = 0; atMs <= day + 3_600_000; atMs += 7_000)
      track = extendTrack(track, primarySample(lsn(atMs), { takenAtMs: atMs }));
    expect(track.points.length).toBeLessThan(1_440 + (15 * 60) / 7 + 5);
    expect(track.points[0]?.atMs).toBeGreaterThanOrEqual(3_600_000 - 60_000);
  });
});
