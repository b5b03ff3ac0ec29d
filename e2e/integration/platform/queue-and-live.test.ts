import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { LiveHub } from '#server/adapters/live/live-hub.ts';
import { listenForLive } from '#server/adapters/live/pg-live-listener.ts';
import { createPgLivePublisher } from '#server/adapters/live/pg-live-publisher.ts';
import { createLog } from '#server/adapters/log/pino-log.ts';
import { openWakeSender, openWorkQueue } from '#server/adapters/queue/pg-boss-queue.ts';
import { startTestDatabase, type TestDatabase } from './control-database.ts';
import { until } from './until.ts';

const log = createLog({ level: 'silent', process: 'worker' });
let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.remove());

const tick = (n: number) => ({ type: 'tick' as const, tick: { id: `run:${n}`, sentAtMs: n, samples: [] } });

it('wakes a worker well before it would have polled', async () => {
  const { databaseUrl } = database;
  const [queue, web] = [
    await openWorkQueue({ databaseUrl, log }),
    await openWakeSender({ databaseUrl, log }),
  ];
  const seen: string[] = [];
  await queue.onWake(async (id) => void seen.push(id));
  await web.wake('warm-up');
  await until('the first wish arrives', 10_000, () => seen.includes('warm-up'));
  const start = performance.now();
  await web.wake('op-1');
  await until('the second wish arrives', 5_000, () => seen.includes('op-1'));
  expect(performance.now() - start).toBeLessThan(1_000);
  await Promise.all([queue.stop(), web.stop()]);
});

it('keeps one waiting wish per operation, and loses none while no worker runs', async () => {
  const { databaseUrl } = database;
  const web = await openWakeSender({ databaseUrl, log });
  for (let n = 0; n < 5; n++) await web.wake('op-2');
  await web.wake('op-3');
  const queue = await openWorkQueue({ databaseUrl, log });
  const seen: string[] = [];
  await queue.onWake(async (id) => void seen.push(id));
  await until('both arrive', 10_000, () => seen.includes('op-2') && seen.includes('op-3'));
  expect(seen.filter((id) => id === 'op-2')).toHaveLength(1);
  await Promise.all([queue.stop(), web.stop()]);
});

it('carries ticks of any size to every listener and comes back after its connection was cut', async () => {
  const { databaseUrl, prisma } = database;
  const [stop, hub] = [new AbortController(), new LiveHub(systemClock.nowMs)];
  const listening = listenForLive({ databaseUrl, hub, clock: systemClock, log, signal: stop.signal });
  const publisher = createPgLivePublisher(databaseUrl, systemIds);
  await until('the hub listens', 5_000, () => hub.connected);
  await publisher.publish(tick(1));
  await publisher.publish({ type: 'notice', notice: { kind: 'pair', id: 'x'.repeat(30_000) } });
  await publisher.publish(tick(2));
  await until('both ticks arrive', 5_000, () => hub.since('run:1')?.length === 1);

  await prisma.$queryRaw`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tandem_live listener'`;
  await until('it notices', 10_000, () => !hub.connected);
  await until('it listens again', 10_000, () => hub.connected);
  await publisher.publish(tick(3));
  await until('the third tick arrives', 5_000, () => hub.since('run:2')?.length === 1);
  stop.abort();
  await Promise.all([listening, publisher.close()]);
});
