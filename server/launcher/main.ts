import { existsSync } from 'node:fs';
import path from 'node:path';
import { createLog } from '#server/adapters/log/pino-log.ts';
import { requireMasterKey } from '#server/adapters/secrets/require-master-key.ts';
import { createPrisma } from '#server/adapters/store/prisma-client.ts';
import { createSecretRows } from '#server/adapters/store/secret-rows.ts';
import { readConfig, type Config } from '#server/config/config.ts';
import type { Log } from '#server/ports/log.ts';
import { openControlDatabase } from './control-database.ts';
import { lockStateDirectory } from './launcher-lock.ts';
import { printProblem } from './print-problem.ts';
import { requireFreePort } from './require-free-port.ts';
import { chooseSetupToken } from './setup-token.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

const READY_WITHIN_MS = 120_000;
const projectRoot = path.resolve(import.meta.dirname, '../..');

/** Starts database, web and worker, keeps them running, and stops them in the opposite order. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  const log = createLog({ level: config.logLevel, process: 'launcher' });
  const stopped = stopSignal();
  const unlock = lockStateDirectory(config.stateDirectory);
  try {
    await requireFreePort('TANDEM_PORT', config.host, config.port);
    await requireFreePort('TANDEM_WORKER_HEALTH_PORT', '127.0.0.1', config.workerHealthPort);
    const database = await openControlDatabase(config, log);
    try {
      await runProcesses(config, database.databaseUrl, log, stopped);
    } finally {
      await database.stop();
    }
  } finally {
    unlock();
  }
}

async function runProcesses(
  config: Config,
  databaseUrl: string,
  log: Log,
  stopped: AbortSignal,
): Promise<void> {
  const token = await prepareInstallation(config, databaseUrl);
  const processes = composeProcesses(config, environmentOf(config, databaseUrl, token), log);
  for (const each of processes) each.start();
  void announce(config, token, log, stopped);
  await aborted(stopped);
  // A second signal means: now.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => processes.forEach((each) => each.killNow()));
  }
  log.info({}, 'stopping');
  for (const each of processes) await each.stop();
}

/** Looks at the master key before anything starts; returns the token that the first run needs. */
async function prepareInstallation(config: Config, databaseUrl: string): Promise<string | null> {
  const prisma = createPrisma(databaseUrl, { poolSize: 1, applicationName: 'tandem launcher' });
  try {
    await requireMasterKey(config, createSecretRows(prisma));
    return await chooseSetupToken(config, prisma);
  } finally {
    await prisma.$disconnect();
  }
}

/** Web first, because it stops first: nobody starts an operation while the worker is leaving. */
function composeProcesses(config: Config, env: NodeJS.ProcessEnv, log: Log): SupervisedProcess[] {
  const development = process.argv.includes('--dev');
  const next = path.join(projectRoot, 'node_modules/next/dist/bin/next');
  const address = ['--hostname', config.host, '--port', String(config.port)];
  const webEnv = { ...env, NODE_ENV: development ? ('development' as const) : ('production' as const) };
  return [
    new SupervisedProcess({
      name: 'web',
      args: [next, development ? 'dev' : 'start', ...address],
      env: webEnv,
      log,
    }),
    new SupervisedProcess({
      name: 'worker',
      args: [path.join(projectRoot, 'server/worker/main.ts')],
      env,
      log,
    }),
  ];
}

function environmentOf(config: Config, databaseUrl: string, token: string | null): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TANDEM_STATE_DIR: config.stateDirectory,
    TANDEM_URL: config.url.origin,
    NEXT_TELEMETRY_DISABLED: '1',
    ...(token === null ? {} : { TANDEM_SETUP_TOKEN: token }),
  };
}

async function announce(config: Config, token: string | null, log: Log, stopped: AbortSignal): Promise<void> {
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  const local = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
  const ready = await waitUntilHealthy(`${local}/api/health`, READY_WITHIN_MS, stopped);
  if (stopped.aborted) return;
  if (!ready) return log.error({ url: local }, 'the web process does not answer');
  console.log(`\nTandem is ready: ${config.url.origin}`);
  if (token !== null) console.log(`Setup token for the first run: ${token}`);
  if (config.insecure)
    console.log('Warning: sign-ins travel over plain http (TANDEM_ALLOW_INSECURE_HTTP=1).');
  console.log('');
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new Error(signal)));
  }
  return controller.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

try {
  await main();
} catch (error) {
  printProblem(error);
  process.exitCode = 1;
}
