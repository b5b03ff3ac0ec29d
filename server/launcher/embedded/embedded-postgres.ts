import { readFileSync, realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '#server/errors/app-error.ts';
import { findEmbeddedBinaries, type EmbeddedBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './create-cluster.ts';
import type { OsUser } from '#server/config/closed-folder.ts';
import { ensureDatabaseUser, requireReachable } from './database-user.ts';
import { ensureEmbeddedLayout, type EmbeddedLayout } from './layout.ts';
import { findPostmaster, removeForeignPidFile } from './postmaster.ts';
import { runProgram } from './run-program.ts';

const DATABASE = 'tandem';
const START_TIMEOUT_S = 60;
const ANSWER_TIMEOUT_MS = 5_000;
const ORPHANS_GONE_WITHIN_MS = 10_000;
const RETRY_EVERY_MS = 250;
const LOG_LINES = 10;

export interface EmbeddedPostgres {
  databaseUrl: string;
  /** What the start found: nothing, or a database that an earlier Tandem left running. */
  started: 'new' | 'taken-over';
  isRunning(): boolean;
  /** Starts it again when it has died. */
  ensureRunning(): Promise<void>;
  /** A clean (fast) stop. */
  stop(): Promise<void>;
}

interface Cluster {
  layout: EmbeddedLayout;
  binaries: EmbeddedBinaries;
  user: OsUser | undefined;
  password: string;
}

/**
 * Starts the control database that comes with Tandem, below the state directory. It listens on a
 * unix socket in a 0700 folder only. One that survived the kill of an earlier launcher is used
 * when it answers, else stopped and started.
 */
export async function startEmbeddedPostgres(stateDirectory: string): Promise<EmbeddedPostgres> {
  const user = ensureDatabaseUser();
  const binaries = await findEmbeddedBinaries(user);
  const layout = ensureEmbeddedLayout(stateDirectory, user);
  requireReachable(user, realpathSync(binaries.pgCtl));
  requireReachable(user, realpathSync(layout.base));
  const survivor = findPostmaster(layout) !== null;
  const cluster = { layout, binaries, user, password: await ensureCluster(layout, binaries, user) };
  const takenOver = survivor && (await answers(cluster));
  if (!takenOver) await restart(cluster);
  await ensureDatabase(cluster);
  return {
    databaseUrl: databaseUrl(cluster, DATABASE),
    started: takenOver ? 'taken-over' : 'new',
    isRunning: () => findPostmaster(layout) !== null,
    ensureRunning: async () => {
      if (findPostmaster(layout) === null) await restart(cluster);
    },
    stop: () => stop(cluster),
  };
}

/** After a crash, backends of the dead postmaster hold its memory for a moment: PostgreSQL refuses until they are gone. */
async function restart(cluster: Cluster): Promise<void> {
  if (findPostmaster(cluster.layout) !== null) await stop(cluster);
  removeForeignPidFile(cluster.layout);
  const deadline = performance.now() + ORPHANS_GONE_WITHIN_MS;
  for (;;) {
    const { exitCode, output } = await pgCtl(cluster, ['start', '-w', '-s', '-l', cluster.layout.log]);
    if (exitCode === 0) return;
    if (performance.now() > deadline) throw doesNotStart(cluster, output);
    await delay(RETRY_EVERY_MS);
  }
}

function doesNotStart({ layout }: Cluster, output: string): AppError {
  const lines = readFileSync(layout.log, 'utf8').trim().split('\n');
  return new AppError('CONTROL_DATABASE_UNREACHABLE', {
    message: 'the embedded database does not start',
    detail: [output.trim(), ...lines.slice(-LOG_LINES)].join('\n'),
    hint: `Its logs are in ${layout.base}.`,
  });
}

/** Fast first; a server that does not end by that within its time is stopped at once. */
async function stop(cluster: Cluster): Promise<void> {
  if (findPostmaster(cluster.layout) === null) return;
  const fast = await pgCtl(cluster, ['stop', '-w', '-s', '-m', 'fast', '-t', '20']);
  if (fast.exitCode !== 0) await pgCtl(cluster, ['stop', '-w', '-s', '-m', 'immediate', '-t', '10']);
}

function pgCtl(cluster: Cluster, args: string[]) {
  const { binaries, layout, user } = cluster;
  const limit = args[0] === 'start' ? ['-t', String(START_TIMEOUT_S)] : [];
  return runProgram(binaries.pgCtl, [...args, ...limit, '-D', layout.data], {
    user,
    timeoutMs: (START_TIMEOUT_S + 10) * 1000,
  });
}

async function answers(cluster: Cluster): Promise<boolean> {
  try {
    await query(cluster, 'select 1');
    return true;
  } catch {
    // Whatever the reason, the remedy is the same: a clean restart.
    return false;
  }
}

async function ensureDatabase(cluster: Cluster): Promise<void> {
  const there = await query(cluster, `select 1 from pg_database where datname = '${DATABASE}'`);
  if (there === 0) await query(cluster, `create database ${DATABASE}`);
}

async function query(cluster: Cluster, sql: string): Promise<number> {
  const client = new pg.Client({
    connectionString: databaseUrl(cluster, 'postgres'),
    connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rowCount ?? 0;
  } finally {
    void client.end().catch(() => undefined);
  }
}

function databaseUrl(cluster: Cluster, database: string): string {
  const host = encodeURIComponent(cluster.layout.sockets);
  return `postgresql://${SUPERUSER}:${cluster.password}@localhost/${database}?host=${host}`;
}
