import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { createPgLivePublisher } from '#server/adapters/live/pg-live-publisher.ts';
import { createNodePoller } from '#server/adapters/monitor/node-poller.ts';
import { openWorkQueue } from '#server/adapters/queue/pg-boss-queue.ts';
import { requireMasterKey } from '#server/adapters/secrets/require-master-key.ts';
import { createSecretStore } from '#server/adapters/secrets/secret-store.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { createMonitorStore } from '#server/adapters/store/monitor-store.ts';
import { PrismaOperationStore } from '#server/adapters/store/operation-store.ts';
import { createChangeStore } from '#server/adapters/store/change-store.ts';
import { createPairInventory } from '#server/adapters/store/pair-inventory.ts';
import { createPairRoles } from '#server/adapters/store/pair-roles.ts';
import { createPrisma, type Prisma } from '#server/adapters/store/prisma-client.ts';
import { createSecretRows } from '#server/adapters/store/secret-rows.ts';
import { createServerStore } from '#server/adapters/store/server-store.ts';
import { createWatchedPairs } from '#server/adapters/store/watched-pairs.ts';
import { createWorkerHeartbeats } from '#server/adapters/store/worker-heartbeats.ts';
import type { Config } from '#server/config/config.ts';
import { watchPairs } from '#server/monitor/watch-pairs.ts';
import type { LiveNotice } from '#server/ports/live-feed.ts';
import type { Log } from '#server/ports/log.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { WorkerHealth } from './health-server.ts';
import { startHeartbeat } from './heartbeat.ts';
import { Hosts } from './hosts.ts';
import { lookAtPairs } from './look-at-pairs.ts';
import { createLooks } from './looks.ts';
import { readFaultPoints } from './fault-points.ts';
import { monitorConnections } from './monitor-connections.ts';
import { NoticeSender } from './notice-sender.ts';
import { registerOperations } from './operations/registry.ts';
import { runEngine } from './run-engine.ts';

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
  const secretRows = createSecretRows(prisma);
  const secrets = createSecretStore(await requireMasterKey(config, secretRows), secretRows, systemIds);
  const workerId = systemIds.newId();
  const heartbeat = startHeartbeat({
    workerId,
    rows: createWorkerHeartbeats(prisma),
    clock: systemClock,
    log,
  });
  const queue = await openWorkQueue({ databaseUrl, log });
  const live = createPgLivePublisher(databaseUrl, systemIds);
  const notices = new NoticeSender(live, systemClock, log);
  const stopping = new AbortController();
  const servers = createServerStore(prisma);
  const hosts = new Hosts({ connections: new SshHostConnections(), servers, secrets, clock: systemClock });
  const engine = runEngine(
    {
      ...engineParts({ prisma, secrets, hosts, notify: (n) => notices.send(n) }),
      workerId,
      queue,
      log,
    },
    stopping.signal,
  );
  const looks = lookAtPairs(
    {
      clock: systemClock,
      log,
      store: createChangeStore(prisma),
      changed: (id) => notices.send({ kind: 'pair', id }),
      ...createLooks({ prisma, hosts, secrets, workerId }),
    },
    stopping.signal,
  );
  const monitorStore = createMonitorStore(prisma);
  const monitor = watchPairs(
    {
      workerId,
      clock: systemClock,
      pairs: createWatchedPairs(prisma),
      poller: createNodePoller({ clock: systemClock, ...monitorConnections(hosts, secrets, systemClock) }),
      store: monitorStore,
      live,
      log,
    },
    stopping.signal,
  );
  await queue.onSchedule('prune-history', '17 * * * *', () => monitorStore.prune());
  return {
    health: () => ({ ok: heartbeat.isFresh(), parts: { workerId, controlDatabase: heartbeat.isFresh() } }),
    stop: async () => {
      stopping.abort();
      await queue.stop();
      await Promise.all([engine, monitor, looks]);
      await notices.stop();
      await hosts.connections.closeAll();
      await live.close();
      await heartbeat.stop();
      await prisma.$disconnect();
    },
  };
}

function engineParts(o: {
  prisma: Prisma;
  secrets: SecretStore;
  hosts: Hosts;
  notify: (n: LiveNotice) => void;
}) {
  const { prisma } = o;
  const operations = registerOperations({
    hosts: o.hosts,
    servers: createServerStore(prisma),
    secrets: o.secrets,
    inventory: createPairInventory(prisma),
    roles: createPairRoles(prisma, (id) => o.notify({ kind: 'pair', id })),
    clock: systemClock,
    ids: systemIds,
    pairNameIsTaken: async (name) => (await prisma.pair.count({ where: { name } })) > 0,
    serverChanged: (id) => o.notify({ kind: 'server', id }),
  });
  return {
    store: new PrismaOperationStore(prisma, (id) => o.notify({ kind: 'operation', id })),
    clock: systemClock,
    faults: readFaultPoints(process.env['TANDEM_FAULT_POINTS']),
    find: (kind: string) => operations.get(kind) ?? null,
  };
}
