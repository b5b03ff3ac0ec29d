import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { listenOn } from '#server/adapters/live/pg-listen.ts';
import { OPERATION_CHANNEL } from '#server/adapters/store/sql/insert-operation.ts';
import { createPgLivePublisher } from '#server/adapters/live/pg-live-publisher.ts';
import { createNodePoller } from '#server/adapters/monitor/node-poller.ts';
import { openWorkQueue } from '#server/adapters/queue/pg-boss-queue.ts';
import { requireMasterKey } from '#server/adapters/secrets/require-master-key.ts';
import { createSecretStore } from '#server/adapters/secrets/secret-store.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { createMonitorStore } from '#server/adapters/store/monitor-store.ts';
import { PrismaOperationStore } from '#server/adapters/store/operation-store.ts';
import { createPairClients } from '#server/adapters/store/pair-clients.ts';
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
import type { OperationStore } from '#server/ports/operation-store.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { MonitorStore } from '#server/ports/monitoring.ts';
import type { WorkQueue } from '#server/ports/work-queue.ts';
import type { WorkerHealth } from './health-server.ts';
import { startHeartbeat } from './heartbeat.ts';
import { Hosts } from './hosts.ts';
import { lookAtPairs } from './look-at-pairs.ts';
import { LastPrimaries } from './last-primaries.ts';
import { lookAtClients } from './look-at-clients.ts';
import { createLook } from './looks.ts';
import { NodeSessions } from './node-sessions.ts';
import { writeRunbooks } from './write-runbooks.ts';
import { WorkerRoutes } from './routes.ts';
import type { ChangeParts } from './operations/change-world.ts';
import { WorkerHooks } from './operations/hook-calls.ts';
import { setOwedFences } from './set-owed-fences.ts';
import { isAssigned } from '#server/monitor/assigned-pairs.ts';
import { createFences } from '#server/adapters/store/fences.ts';
import { createLosses } from '#server/adapters/store/losses.ts';
import { forgetLeftKeys } from '#server/adapters/store/left-keys.ts';
import { createLastPrimaryRows } from '#server/adapters/store/last-primary-rows.ts';
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

const REACH_MS = 1_200;

/** Chooses every adapter of the worker and starts its loops. */
export async function composeWorker({ config, databaseUrl, log }: WorkerParts): Promise<Worker> {
  const prisma = createPrisma(databaseUrl, { applicationName: 'tandem worker' });
  const secretRows = createSecretRows(prisma);
  const secrets = createSecretStore(await requireMasterKey(config, secretRows), secretRows, systemIds);
  const workerId = systemIds.newId();
  const rows = createWorkerHeartbeats(prisma);
  const heartbeat = startHeartbeat({ workerId, rows, clock: systemClock, log });
  const queue = await openWorkQueue({ databaseUrl, log });
  const live = createPgLivePublisher(databaseUrl, systemIds);
  const notices = new NoticeSender(live, systemClock, log);
  const stopping = new AbortController();
  const { signal } = stopping;
  const hosts = openHosts(prisma, secrets);
  const sessions = new NodeSessions(hosts, secrets);
  const primaries = new LastPrimaries({ rows: createLastPrimaryRows(prisma), clock: systemClock, log });
  const notify = (n: LiveNotice): void => notices.send(n);
  const routes = new WorkerRoutes({ hosts, secrets, clock: systemClock });
  const changes = changeParts({ prisma, hosts, sessions, routes, secrets, notify });
  const monitorStore = createMonitorStore(prisma);
  const pairs = createWatchedPairs(prisma);
  const engine = engineParts({ prisma, secrets, changes, notify });
  const isMine = async (pairId: string): Promise<boolean> =>
    isAssigned(pairId, await pairs.liveWorkers(), workerId);
  const common = { clock: systemClock, log, isMine };
  const fences = fenceParts({ prisma, hosts, queue, changes, store: engine.store });
  const poller = createNodePoller({
    clock: systemClock,
    ...monitorConnections(hosts, secrets, systemClock),
  });
  const watching = { workerId, pairs, log, clock: systemClock };
  const loops = [
    runEngine(
      { ...engine, workerId, queue, log, hear: (look) => hearOf(databaseUrl, log, signal, look) },
      signal,
    ),
    lookAtPairs({ ...common, ...lookParts({ prisma, changes, primaries, notify }) }, signal),
    primaries.keep(signal),
    lookAtClients({ ...common, ...clientParts({ prisma, sessions, routes, notify }) }, signal),
    writeRunbooks(
      { ...runbookParts(prisma), folder: config.runbookDirectory, clock: systemClock, log },
      signal,
    ),
    setOwedFences({ ...common, ...fences }, signal),
    watchPairs({ ...watching, store: monitorStore, poller, live: primaries.listenTo(live) }, signal),
  ];
  await scheduleUpkeep(queue, { monitorStore, prisma });
  return {
    health: () => ({ ok: heartbeat.isFresh(), parts: { workerId, controlDatabase: heartbeat.isFresh() } }),
    stop: async () => {
      stopping.abort();
      await queue.stop();
      await Promise.all(loops);
      await Promise.all([sessions.closeAll(), routes.closeAll(), notices.stop()]);
      await hosts.connections.closeAll();
      await live.close();
      await heartbeat.stop();
      await prisma.$disconnect();
    },
  };
}

/** What must be tidied now and then, by one of the workers. */
async function scheduleUpkeep(
  queue: Pick<WorkQueue, 'onSchedule'>,
  { monitorStore, prisma }: { monitorStore: MonitorStore; prisma: Prisma },
): Promise<void> {
  await queue.onSchedule('prune-history', '17 * * * *', () => monitorStore.prune());
  await queue.onSchedule('forget-left-keys', '* * * * *', () => forgetLeftKeys(prisma));
}

const runbookParts = (prisma: Prisma) => ({
  changes: createChangeStore(prisma),
  servers: createServerStore(prisma),
});

function openHosts(prisma: Prisma, secrets: SecretStore): Hosts {
  const servers = createServerStore(prisma);
  return new Hosts({ connections: new SshHostConnections(), servers, secrets, clock: systemClock });
}

function clientParts(o: {
  prisma: Prisma;
  sessions: NodeSessions;
  routes: WorkerRoutes;
  notify: (n: LiveNotice) => void;
}) {
  return {
    clients: createPairClients(o.prisma),
    changes: createChangeStore(o.prisma),
    sessions: o.sessions,
    routes: o.routes,
    changed: (id: string) => o.notify({ kind: 'pair', id }),
  };
}

function lookParts(o: {
  prisma: Prisma;
  changes: ChangeParts;
  primaries: LastPrimaries;
  notify: (n: LiveNotice) => void;
}) {
  const store = createChangeStore(o.prisma);
  return {
    store,
    changed: (id: string) => o.notify({ kind: 'pair', id }),
    look: createLook({ parts: o.changes, store, primaries: o.primaries }),
  };
}

function fenceParts(o: {
  prisma: Prisma;
  hosts: Hosts;
  queue: WorkQueue;
  changes: ChangeParts;
  store: OperationStore;
}) {
  return {
    ids: systemIds,
    queue: o.queue,
    fences: o.changes.fences,
    store: o.store,
    reach: (serverId: string, inTime: AbortSignal) => reach(o.hosts, serverId, inTime),
    isRejoining: (pairId: string) => isRejoining(o.prisma, pairId),
  };
}

function changeParts(o: {
  prisma: Prisma;
  hosts: Hosts;
  sessions: NodeSessions;
  routes: WorkerRoutes;
  secrets: SecretStore;
  notify: (n: LiveNotice) => void;
}): ChangeParts {
  const changed = (id: string): void => o.notify({ kind: 'pair', id });
  return {
    hosts: o.hosts,
    sessions: o.sessions,
    roles: createPairRoles(o.prisma, changed),
    fences: createFences(o.prisma, changed),
    losses: createLosses(o.prisma, changed),
    routes: o.routes,
    hooks: new WorkerHooks({ hosts: o.hosts, secrets: o.secrets, clock: systemClock }),
    clock: systemClock,
  };
}

/** A kept connection may be dead without knowing it: only an answer counts, and a silent one is dropped. */
async function reach(hosts: Hosts, serverId: string, signal: AbortSignal): Promise<void> {
  try {
    await (await hosts.connect(serverId, signal)).ping({ signal, timeoutMs: REACH_MS });
  } catch (thrown) {
    await hosts.connections.forget(serverId);
    throw thrown;
  }
}

/** A few milliseconds instead of the queue's tens: in an emergency they are an outage. */
function hearOf(databaseUrl: string, log: Log, signal: AbortSignal, look: (id: string) => void): void {
  void listenOn({
    databaseUrl,
    channel: OPERATION_CHANNEL,
    onPayload: look,
    clock: systemClock,
    log,
    signal,
  });
}

async function isRejoining(prisma: Prisma, pairId: string): Promise<boolean> {
  const open = { in: ['queued', 'running', 'undoing', 'needs-attention'] };
  // A switchover brings its lost node back when a person goes on; while it asks, nobody does.
  const runs = { in: ['queued', 'running'] };
  const bringsBack = [
    { kind: 'rejoin', status: open },
    { kind: 'switchover', status: runs },
  ];
  return (await prisma.operation.count({ where: { pairId, OR: bringsBack } })) > 0;
}

function engineParts(o: {
  prisma: Prisma;
  secrets: SecretStore;
  changes: ChangeParts;
  notify: (n: LiveNotice) => void;
}) {
  const { prisma } = o;
  const operations = registerOperations({
    ...o.changes,
    servers: createServerStore(prisma),
    secrets: o.secrets,
    inventory: createPairInventory(prisma),
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
