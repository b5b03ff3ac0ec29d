import { setTimeout as delay } from 'node:timers/promises';
import { requireSupportedControlDatabase } from '#server/adapters/store/control-database.ts';
import { applyMigrations } from '#server/adapters/store/migrations/apply-migrations.ts';
import { createPrisma, type Prisma } from '#server/adapters/store/prisma-client.ts';
import type { Config } from '#server/config/config.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Log } from '#server/ports/log.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded/embedded-postgres.ts';

const REACHABLE_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 500;
const WATCH_EVERY_MS = 1_000;

export interface ControlDatabase {
  databaseUrl: string;
  /** Stops the embedded database; leaves a given one alone. */
  stop(): Promise<void>;
}

/** The given database, or the embedded one, started and kept running; migrated either way. */
export async function openControlDatabase(config: Config, log: Log): Promise<ControlDatabase> {
  if (config.databaseUrl !== undefined) {
    await prepare(config.databaseUrl, log);
    return { databaseUrl: config.databaseUrl, stop: () => Promise.resolve() };
  }
  const embedded = await startEmbeddedPostgres(config.stateDirectory);
  log.info({ started: embedded.started }, 'embedded database runs');
  const { databaseUrl } = embedded;
  try {
    await prepare(databaseUrl, log);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  const unwatch = watch(embedded, log);
  return {
    databaseUrl,
    stop: async () => {
      unwatch();
      await embedded.stop();
    },
  };
}

/** Waits until it answers, then brings it to the newest schema. */
async function prepare(databaseUrl: string, log: Log): Promise<void> {
  const prisma = createPrisma(databaseUrl, { poolSize: 1, applicationName: 'tandem launcher' });
  try {
    await untilReachable(prisma);
    await requireSupportedControlDatabase(prisma);
  } finally {
    await prisma.$disconnect();
  }
  const applied = await applyMigrations(databaseUrl);
  if (applied.length > 0) log.info({ applied }, 'migrations applied');
}

async function untilReachable(prisma: Prisma): Promise<void> {
  const deadline = performance.now() + REACHABLE_WITHIN_MS;
  for (;;) {
    try {
      await prisma.$queryRaw`select 1`;
      return;
    } catch (cause) {
      if (performance.now() > deadline) throw unreachable(cause);
      await delay(ASK_EVERY_MS);
    }
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError('CONTROL_DATABASE_UNREACHABLE', {
    message: 'the control database does not answer',
    detail: cause instanceof Error ? cause.message.trim() : String(cause),
    hint: 'Check DATABASE_URL and that this PostgreSQL runs and lets Tandem in.',
    cause,
  });
}

/** Starts the embedded database again when it dies; the processes reconnect by themselves. */
function watch(embedded: EmbeddedPostgres, log: Log): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy || embedded.isRunning()) return;
    busy = true;
    log.error({}, 'embedded database died, starting it again');
    embedded
      .ensureRunning()
      .catch((error: unknown) => log.error({ err: error }, 'embedded database does not start'))
      .finally(() => {
        busy = false;
      });
  }, WATCH_EVERY_MS);
  return () => clearInterval(timer);
}
