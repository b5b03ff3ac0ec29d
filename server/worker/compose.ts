import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { openWorkQueue } from '#server/adapters/queue/pg-boss-queue.ts';
import { requireMasterKey } from '#server/adapters/secrets/require-master-key.ts';
import { createPrisma } from '#server/adapters/store/prisma-client.ts';
import { createSecretRows } from '#server/adapters/store/secret-rows.ts';
import { createWorkerHeartbeats } from '#server/adapters/store/worker-heartbeats.ts';
import type { Config } from '#server/config/config.ts';
import type { Log } from '#server/ports/log.ts';
import type { WorkerHealth } from './health-server.ts';
import { startHeartbeat } from './heartbeat.ts';

export interface WorkerParts {
  config: Config;
  databaseUrl: string;
  log: Log;
}

export interface Worker {
  health(): WorkerHealth;
  stop(): Promise<void>;
}

/** Chooses every adapter of the worker and starts its loops. */
export async function composeWorker({ config, databaseUrl, log }: WorkerParts): Promise<Worker> {
  const prisma = createPrisma(databaseUrl, { applicationName: 'tandem worker' });
  await requireMasterKey(config, createSecretRows(prisma));
  const workerId = systemIds.newId();
  const heartbeat = startHeartbeat({
    workerId,
    rows: createWorkerHeartbeats(prisma),
    clock: systemClock,
    log,
  });
  const queue = await openWorkQueue({ databaseUrl, log });
  return {
    health: () => ({ ok: heartbeat.isFresh(), parts: { workerId, controlDatabase: heartbeat.isFresh() } }),
    stop: async () => {
      await queue.stop();
      await heartbeat.stop();
      await prisma.$disconnect();
    },
  };
}
