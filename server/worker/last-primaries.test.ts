import { describe, expect, it } from 'vitest';
import { requireLsn } from '#server/domain/lsn.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { KeptPrimary, LastPrimaryRows } from '#server/ports/last-primaries.ts';
import type { LivePublisher } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';
import { primarySample } from '#server/testing/node-samples.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { LastPrimaries } from './last-primaries.ts';

const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };

class Rows implements LastPrimaryRows {
  readonly kept = new Map<string, KeptPrimary>();
  saves = 0;

  load(pairId: string): Promise<KeptPrimary | null> {
    return Promise.resolve(this.kept.get(pairId) ?? null);
  }

  save(rows: Parameters<LastPrimaryRows['save']>[0]): Promise<void> {
    this.saves += rows.length;
    for (const { pairId, ...row } of rows) this.kept.set(pairId, row);
    return Promise.resolve();
  }
}

/** A worker's monitor on a clock that only the test moves. */
function open(clock: TestClock, rows: Rows) {
  const primaries = new LastPrimaries({ rows, clock, log });
  const stopping = new AbortController();
  const live: LivePublisher = { publish: () => Promise.resolve() };
  const heard = primaries.listenTo(live);
  const kept = primaries.keep(stopping.signal);
  const tick = async (lsn: string | null, seconds = 1): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      await clock.sleep(1_000);
      const takenAtMs = clock.nowMs();
      const primary =
        lsn === null
          ? { ...primarySample('0/1'), reachable: false as const, unreachable: 'ssh' as const }
          : primarySample(lsn, { takenAtMs });
      const sample = { pairId: 'pair', epoch: 1, takenAtMs, primary, lag: LAG } as unknown as PairSample;
      await heard.publish({ type: 'tick', tick: { samples: [sample] } } as never);
    }
  };
  return {
    primaries,
    tick,
    stop: async () => {
      stopping.abort();
      await kept;
    },
  };
}
const LAG = { walBytesPerSecond: 1_000, commitsPerSecond: 10 };

describe('what was seen last of a primary', () => {
  it('survives the worker, and counts the time in which nobody watched', async () => {
    const [clock, rows] = [new TestClock(), new Rows()];
    const first = open(clock, rows);
    await first.tick('0/3000000', 10);
    const seenAtMs = clock.nowMs();
    await first.tick(null, 2);
    await first.stop();
    const watchedUntilMs = clock.nowMs();
    await clock.sleep(30_000);
    const second = open(clock, rows);
    await second.tick(null, 3);
    const last = await second.primaries.get('pair');
    expect(last).toMatchObject({
      atMs: seenAtMs,
      flushLsn: requireLsn('0/3000000'),
      walBytesPerSecond: 1_000,
    });
    expect(last?.unwatchedMs).toBe(clock.nowMs() - 2_000 - watchedUntilMs);
    await second.stop();
  });

  it('is kept within a second when the primary falls silent, however the worker ends', async () => {
    const [clock, rows] = [new TestClock(), new Rows()];
    const worker = open(clock, rows);
    await worker.tick('0/3000000', 7);
    await worker.tick('0/4000000', 1);
    await worker.tick(null, 1);
    await clock.sleep(500);
    expect(rows.kept.get('pair')?.last.flushLsn).toBe(requireLsn('0/4000000'));
    await worker.stop();
  });

  it('is another worker’s word when that one watches the pair now', async () => {
    const [clock, rows] = [new TestClock(), new Rows()];
    const [mine, other] = [open(clock, rows), open(clock, rows)];
    await mine.tick('0/3000000', 6);
    await clock.sleep(20_000);
    await other.tick('0/5000000', 6);
    expect((await mine.primaries.get('pair'))?.flushLsn).toBe(requireLsn('0/5000000'));
    await Promise.all([mine.stop(), other.stop()]);
  });

  it('forgets the gap when the primary is seen again', async () => {
    const [clock, rows] = [new TestClock(), new Rows()];
    const first = open(clock, rows);
    await first.tick('0/3000000', 6);
    await first.stop();
    await clock.sleep(3_600_000);
    const second = open(clock, rows);
    await second.tick(null);
    await second.tick('0/6000000');
    expect((await second.primaries.get('pair'))?.unwatchedMs).toBe(0);
    await second.stop();
  });

  it('is written now and then, not with every tick', async () => {
    const [clock, rows] = [new TestClock(), new Rows()];
    const worker = open(clock, rows);
    await worker.tick('0/3000000', 60);
    expect(rows.saves).toBeLessThanOrEqual(34);
    await worker.stop();
  });
});
