import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { LiveHub } from '#server/adapters/live/live-hub.ts';
import { listenForLive } from '#server/adapters/live/pg-live-listener.ts';
import { createLog } from '#server/adapters/log/pino-log.ts';
import { createRequestOrigins } from '#server/adapters/origins/async-request-origins.ts';
import { openWakeSender } from '#server/adapters/queue/pg-boss-queue.ts';
import { requireMasterKey } from '#server/adapters/secrets/require-master-key.ts';
import { createSecretStore } from '#server/adapters/secrets/secret-store.ts';
import { createSecretRows } from '#server/adapters/store/secret-rows.ts';
import type { Prisma } from '#server/adapters/store/prisma-client.ts';
import { Secret } from '#server/domain/secret.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import type { RequestOrigins } from '#server/ports/request-origin.ts';
import type { Actor, Services } from '#server/services/services.ts';
import { composeServices } from '#server/web/compose-services.ts';
import { startTestDatabase } from '../platform/control-database.ts';
import { until } from '../platform/until.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** A worker starts in half the time when another has compiled its source. */
const COMPILE_CACHE = process.env['NODE_COMPILE_CACHE'] ?? path.join(ROOT, '.cache/compile');
export const ADA: Actor = { userId: 'ada', name: 'Ada' };

/** Practice hosts of any kind. */
interface PracticeHosts {
  host(name: string): { address: string; sshPort: number; user: string; sudoPassword?: string | null };
  loginKey: { privateKey: string };
}

/** Tandem without its pages: control database, the web's services in this process, workers as processes. */
export interface TestTandem {
  services: Services;
  prisma: Prisma;
  databaseUrl: string;
  live: LiveHub;
  origins: RequestOrigins;
  /** What a process of this installation needs to know. */
  environment: Record<string, string>;
  /** Output of all workers so far. */
  workerOutput(): string;
  /** As the kernel would: nothing is told to anybody. */
  killWorkers(): Promise<void>;
  /** Stands every worker still that runs now; answers how they go on, not knowing what happened meanwhile. */
  freezeWorkers(): () => void;
  startWorker(environment?: Record<string, string>): Promise<ChildProcess>;
  /** Adds a practice host, approves its key and waits for a complete checklist. */
  addServer(hosts: PracticeHosts, name: string): Promise<string>;
  /** Fills a draft, waits for its plan. */
  plan(
    data: Partial<NewStandbyDraft> & { name: string },
  ): Promise<{ draftId: string; planId: string; plan: Plan }>;
  finished(operationId: string, timeoutMs?: number): Promise<OperationView>;
  stop(): Promise<void>;
}

const TERMINAL = ['succeeded', 'undone', 'cancelled', 'closed', 'needs-attention'];

export async function startTandem(): Promise<TestTandem> {
  const database = await startTestDatabase();
  const { databaseUrl, prisma } = database;
  const masterKey = randomBytes(32).toString('base64');
  const log = createLog({ level: 'silent', process: 'web' });
  const rows = createSecretRows(prisma);
  const secrets = createSecretStore(
    await requireMasterKey({ masterKey, stateDirectory: database.stateDirectory }, rows),
    rows,
    systemIds,
  );
  const queue = await openWakeSender({ databaseUrl, log });
  const live = new LiveHub(systemClock.nowMs);
  const stopping = new AbortController();
  void listenForLive({ databaseUrl, hub: live, clock: systemClock, log, signal: stopping.signal });
  // Identity and configuration serve the pages, which are not here.
  const origins = createRequestOrigins();
  const services = composeServices({ prisma, secrets, queue, live, origins } as unknown as Parameters<
    typeof composeServices
  >[0]);
  const installation = {
    DATABASE_URL: databaseUrl,
    TANDEM_MASTER_KEY: masterKey,
    TANDEM_STATE_DIR: database.stateDirectory,
  };
  const workers: ChildProcess[] = [];
  let output = '';
  const finished = (id: string, timeoutMs = 90_000) =>
    until(`operation ${id} ends`, timeoutMs, async () => {
      const view = await services.operations.get(id);
      return TERMINAL.includes(view.status) ? view : null;
    });
  return {
    services,
    prisma,
    databaseUrl,
    environment: installation,
    live,
    origins,
    finished,
    workerOutput: () => output,
    killWorkers: async () => {
      for (const child of workers) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
    freezeWorkers: () => {
      const frozen = workers.filter((child) => child.exitCode === null && child.signalCode === null);
      for (const child of frozen) child.kill('SIGSTOP');
      return () => {
        for (const child of frozen) child.kill('SIGCONT');
      };
    },
    startWorker: async (environment = {}) => {
      const port = await freePort();
      const child = spawn(process.execPath, ['server/worker/main.ts'], {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'] ?? '',
          NODE_COMPILE_CACHE: COMPILE_CACHE,
          ...installation,
          TANDEM_WORKER_HEALTH_PORT: String(port),
          NODE_ENV: 'production',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      workers.push(child);
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => (output += text.toString()));
      await until(`the worker is healthy\n${output}`, 60_000, async () => {
        if (child.exitCode !== null) throw new Error(`the worker ended: ${output}`);
        return fetch(`http://127.0.0.1:${port}`).then(
          (r) => r.ok,
          () => false,
        );
      });
      return child;
    },
    addServer: (hosts, name) => addServer(services, finished, hosts, name),
    plan: (data) => makePlan(services, data),
    stop: async () => {
      for (const child of workers) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      stopping.abort();
      await queue.stop();
      await database.remove();
    },
  };
}

async function addServer(
  services: Services,
  finished: TestTandem['finished'],
  hosts: PracticeHosts,
  name: string,
): Promise<string> {
  const host = hosts.host(name);
  const { id } = await services.servers.create(
    {
      name,
      host: host.address,
      port: host.sshPort,
      username: host.user,
      jumpServerId: null,
      credential: {
        kind: 'private-key',
        privateKey: new Secret(hosts.loginKey.privateKey),
        passphrase: null,
      },
      sudoPassword: host.sudoPassword == null ? null : new Secret(host.sudoPassword),
    },
    ADA,
  );
  await finished(await services.servers.check(id, [], ADA));
  const { offeredHostKey } = await services.servers.get(id);
  if (offeredHostKey === null)
    throw new Error(`${name} offered no host key: ${JSON.stringify(await services.servers.get(id))}`);
  await services.servers.approveHostKey(id, offeredHostKey.fingerprint, ADA);
  await finished(await services.servers.check(id, ['host-key'], ADA));
  const server = await services.servers.get(id);
  if (server.status !== 'verified')
    throw new Error(`${name} is not verified: ${JSON.stringify(server.checks, null, 1)}`);
  return id;
}

async function makePlan(services: Services, data: Partial<NewStandbyDraft> & { name: string }) {
  const { id: draftId, data: empty } = await services.drafts.create('new-standby', ADA);
  if (empty.kind !== 'new-standby') throw new Error('another kind of draft');
  await services.drafts.save(draftId, { ...empty, startGate: 'none', ...data }, null, ADA);
  const answer = await until('the plan is made', 60_000, async () => {
    const now = await services.drafts.plan(draftId, false, ADA);
    return now.state === 'making' ? null : now;
  });
  if (answer.state !== 'ready') throw new Error(`no plan: ${JSON.stringify(answer, null, 1)}`);
  return { draftId, planId: answer.planId, plan: answer.plan };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
