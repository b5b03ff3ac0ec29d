import { PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Log } from '#server/ports/log.ts';
import type { WakeSender, WorkQueue } from '#server/ports/work-queue.ts';

const WAKE = 'operation-wake';
const RETRY = { retryLimit: 5, retryDelay: 1, retryBackoff: true, retryDelayMax: 30 };
/**
 * A notification starts one fetch. What that fetch left, and what was waiting before, is polled
 * for: by default every 30 s while notifications work.
 */
const FETCH = {
  batchSize: 20,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 2,
  notifyPollingIntervalSeconds: 2,
};
const STOP_TIMEOUT_MS = 5_000;
const zWake = z.object({ operationId: z.string() });

export interface QueueParts {
  databaseUrl: string;
  log: Log;
}

/** pg-boss for a process that only sends. */
export async function openWakeSender(parts: QueueParts): Promise<WakeSender> {
  const boss = await open(parts, { supervise: false, schedule: false, max: 2 });
  return { wake: (operationId) => wake(boss, operationId), stop: () => stop(boss) };
}

/** pg-boss for a worker. */
export async function openWorkQueue(parts: QueueParts): Promise<WorkQueue> {
  const boss = await open(parts, { useListenNotify: true, max: 4 });
  return {
    wake: (operationId) => wake(boss, operationId),
    stop: () => stop(boss),
    onWake: async (handler) => {
      await boss.work(WAKE, FETCH, async (jobs) => {
        for (const job of jobs) await handler(zWake.parse(job.data).operationId);
      });
    },
    onSchedule: async (name, cron, handler) => {
      await boss.createQueue(name, { policy: 'exclusive', ...RETRY });
      await boss.schedule(name, cron, null, { tz: 'UTC' });
      await boss.work(name, FETCH, handler);
    },
  };
}

async function open(
  { databaseUrl, log }: QueueParts,
  o: { supervise?: boolean; schedule?: boolean; useListenNotify?: boolean; max: number },
): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: databaseUrl, application_name: 'tandem queue', ...o });
  boss.on('error', (error) => log.warn({ err: error }, 'queue'));
  boss.on('warning', (warning) => log.warn({ warning }, 'queue'));
  await boss.start();
  // 'short' keeps at most one waiting job per operation; a second wish lands on the first.
  const options = { policy: 'short' as const, notify: true, ...RETRY };
  if (!(await boss.getQueue(WAKE))) await boss.createQueue(WAKE, options);
  return boss;
}

async function wake(boss: PgBoss, operationId: string): Promise<void> {
  await boss.send(WAKE, { operationId }, { singletonKey: operationId });
}

async function stop(boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
}
