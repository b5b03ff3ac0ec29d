import { describe, expect, it, vi } from 'vitest';
import type { PairSample } from '#server/domain/pair-sample.ts';
import { LiveStore, RING_TICKS } from './live-store.ts';

const sample = (takenAtMs: number, pairId = 'p'): PairSample => ({
  pairId,
  epoch: 1,
  tick: takenAtMs / 1000,
  takenAtMs,
  primary: {
    reachable: false,
    instanceId: 'a',
    tick: 0,
    takenAtMs,
    hop: 'ssh',
    detail: '',
    hostAnswers: false,
  },
  standby: {
    reachable: false,
    instanceId: 'b',
    tick: 0,
    takenAtMs,
    hop: 'ssh',
    detail: '',
    hostAnswers: false,
  },
  lag: {
    notReceivedBytes: null,
    notReplayedBytes: null,
    totalBytes: null,
    seconds: takenAtMs / 1000,
    walBytesPerSecond: null,
    commitsPerSecond: null,
    skewMs: null,
  },
  diagnosis: { code: 'both-unreachable', severity: 'critical', sinceMs: 0, evidence: [] },
});

describe('LiveStore', () => {
  it('tells only the listeners of the pair that changed', () => {
    const store = new LiveStore();
    const mine = vi.fn();
    const other = vi.fn();
    store.subscribePair('p', mine);
    store.subscribePair('q', other);
    store.seed(sample(1_000));
    expect(mine).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });
  it('keeps the newest sample when an older one arrives late', () => {
    const store = new LiveStore();
    store.seed(sample(5_000));
    store.seed(sample(3_000));
    expect(store.sample('p')?.takenAtMs).toBe(5_000);
    expect(store.ring('p')).toHaveLength(1);
  });
  it('keeps the picture still while paused and catches up afterwards', () => {
    const store = new LiveStore();
    store.seed(sample(1_000));
    store.setPaused(true);
    store.seed(sample(2_000));
    expect(store.sample('p')?.takenAtMs).toBe(1_000);
    expect(store.ring('p')).toHaveLength(2);
    store.setPaused(false);
    expect(store.sample('p')?.takenAtMs).toBe(2_000);
  });
  it('never grows beyond its ring', () => {
    const store = new LiveStore();
    for (let second = 1; second <= RING_TICKS + 50; second += 1) store.seed(sample(second * 1_000));
    expect(store.ring('p')).toHaveLength(RING_TICKS);
    expect(store.ring('p').at(-1)?.atMs).toBe((RING_TICKS + 50) * 1_000);
  });
  it('remembers when the connection went away until it is back', () => {
    const store = new LiveStore();
    store.lost(7_000);
    store.lost(9_000);
    expect(store.status()).toMatchObject({ connection: 'lost', lostAtMs: 7_000 });
    store.connected();
    expect(store.status()).toMatchObject({ connection: 'connected', lostAtMs: null });
  });
});
