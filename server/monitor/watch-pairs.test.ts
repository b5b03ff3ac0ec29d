import { describe, expect, it } from 'vitest';
import type { LiveMessage } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';
import type { WatchedNode, WatchedPair } from '#server/ports/monitoring.ts';
import { primarySample, standbySample } from '#server/testing/node-samples.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { watchPairs } from './watch-pairs.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

const node = (instanceId: string): WatchedNode => ({
  instanceId,
  serverId: 's',
  serverName: 's',
  location: plainLocation({ socketDirectory: null }),
  monitorRole: 'r',
  monitorSecretId: 's',
});
const pairs = Array.from({ length: 50 }, (_, n): WatchedPair => {
  return {
    pairId: `pair-${n}`,
    epoch: 1,
    slotName: null,
    detachedSinceMs: null,
    primary: node(`a${n}`),
    standby: node(`b${n}`),
  };
});
const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
} as unknown as Log;

interface Poll {
  instanceId: string;
  atMs: number;
}

/** Watches for `seconds` of virtual time; `publish` is the feed. */
async function watchFor(
  seconds: number,
  publish: (clock: TestClock, message: LiveMessage) => Promise<void> = () => Promise.resolve(),
): Promise<Poll[]> {
  const clock = new TestClock();
  const startMs = clock.nowMs();
  const polls: Poll[] = [];
  const stop = new AbortController();
  const watching = watchPairs(
    {
      workerId: 'w',
      clock,
      pairs: { list: () => Promise.resolve(pairs), liveWorkers: () => Promise.resolve(['w']) },
      poller: {
        poll: async (n) => {
          polls.push({ instanceId: n.instanceId, atMs: clock.nowMs() - startMs });
          await clock.sleep(3);
          return n.instanceId.startsWith('a') ? primarySample() : standbySample();
        },
        keepOnly: () => Promise.resolve(),
      },
      store: {
        saveRollups: () => Promise.resolve(),
        saveEvent: () => Promise.resolve(),
        prune: () => Promise.resolve(),
      },
      live: { publish: (message) => publish(clock, message) },
      log: silent,
    },
    stop.signal,
  );
  await clock.sleep(seconds * 1_000 - 50);
  stop.abort();
  await watching;
  return polls;
}

describe('watching pairs', () => {
  it('polls every node once a second', async () => {
    const polls = await watchFor(5);
    for (const { primary } of pairs) {
      const times = polls.filter((p) => p.instanceId === primary.instanceId).map((p) => p.atMs);
      expect(times).toHaveLength(5);
      const gaps = times.slice(1).map((t, i) => t - (times[i] ?? 0));
      expect(gaps.every((gap) => Math.abs(gap - 1_000) < 10)).toBe(true);
    }
  });

  it('spreads the polls over the second instead of asking all at once', async () => {
    const polls = await watchFor(1);
    const perBeat = new Map<number, number>();
    for (const { atMs } of polls)
      perBeat.set(Math.floor(atMs / 100), (perBeat.get(Math.floor(atMs / 100)) ?? 0) + 1);
    expect(Math.max(...perBeat.values())).toBeLessThan(polls.length / 4);
  });

  it('publishes each sample once, soon after it was taken', async () => {
    const seen: string[] = [];
    const delays: number[] = [];
    await watchFor(4, (clock, message) => {
      if (message.type !== 'tick') return Promise.resolve();
      for (const sample of message.tick.samples) {
        seen.push(`${sample.pairId} ${sample.tick}`);
        delays.push(clock.nowMs() - message.tick.sentAtMs);
      }
      return Promise.resolve();
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(pairs.length * 4);
    expect(Math.max(...delays)).toBeLessThan(10);
  });

  it('polls on while the feed hangs, and sends one message at a time', async () => {
    let open = 0;
    let most = 0;
    const polls = await watchFor(6, async (clock, message) => {
      if (message.type !== 'tick') return;
      open += 1;
      most = Math.max(most, open);
      await clock.sleep(2_000);
      open -= 1;
    });
    expect(most).toBe(1);
    expect(polls.filter((p) => p.instanceId === 'a7')).toHaveLength(6);
  });
});
