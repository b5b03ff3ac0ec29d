import { existsSync } from 'node:fs';
import { createBetterAuth } from '#server/adapters/auth/better-auth.ts';
import { createIdentity } from '#server/adapters/auth/identity.ts';
import { createPersonalTokens } from '#server/adapters/auth/personal-tokens.ts';
import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { LiveHub } from '#server/adapters/live/live-hub.ts';
import { listenForLive } from '#server/adapters/live/pg-live-listener.ts';
import { createLog } from '#server/adapters/log/pino-log.ts';
import { createRequestOrigins } from '#server/adapters/origins/async-request-origins.ts';
import { openWakeSender } from '#server/adapters/queue/pg-boss-queue.ts';
import type { MasterKey } from '#server/adapters/secrets/master-key.ts';
import { requireMasterKey } from '#server/adapters/secrets/require-master-key.ts';
import { createSecretStore } from '#server/adapters/secrets/secret-store.ts';
import { createPersonalTokenRows } from '#server/adapters/store/personal-token-rows.ts';
import { createIdentityRows } from '#server/adapters/store/identity-rows.ts';
import { createPrisma, type Prisma } from '#server/adapters/store/prisma-client.ts';
import { createSecretRows } from '#server/adapters/store/secret-rows.ts';
import { readConfig, type Config } from '#server/config/config.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Identity, IdentityRows } from '#server/ports/identity.ts';
import { composeServices } from './compose-services.ts';
import type { WebParts } from './web-parts.ts';

const STOP_GRACE_MS = 2_000;

/** Next.js gives each route its own copy of a module; one process has one set of parts. */
const KEY = Symbol.for('tandem.web');
const holder = globalThis as { [KEY]?: Promise<WebParts> };

/** The parts of this process, made with the first request. A failure is tried again with the next. */
export function webServices(): Promise<WebParts> {
  holder[KEY] ??= compose().catch((error: unknown) => {
    delete holder[KEY];
    throw error;
  });
  return holder[KEY];
}

async function compose(): Promise<WebParts> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  const databaseUrl = requireDatabaseUrl(config);
  const log = createLog({ level: config.logLevel, process: 'web' });
  const prisma = createPrisma(databaseUrl, { applicationName: 'tandem web' });
  const secretRows = createSecretRows(prisma);
  const key = await requireMasterKey(config, secretRows);
  const hub = new LiveHub(systemClock.nowMs);
  const rows = createIdentityRows(prisma, systemIds.newId);
  const signal = stopSignal();
  void listenForLive({ databaseUrl, hub, clock: systemClock, log, signal });
  const parts = {
    config,
    log,
    prisma,
    secrets: createSecretStore(key, secretRows, systemIds),
    identity: composeIdentity(config, prisma, key, rows),
    tokens: createPersonalTokens({
      rows: createPersonalTokenRows(prisma),
      counts: rows,
      clock: systemClock,
      ids: systemIds,
    }),
    origins: createRequestOrigins(),
    queue: await openWakeSender({ databaseUrl, log }),
    live: hub,
  };
  return { ...parts, services: composeServices(parts) };
}

/**
 * Aborts when the process is told to stop. Next.js waits for open answers, and a live stream never
 * ends by itself: after the grace the process goes, and browsers reconnect to the next one.
 */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGTERM', () => {
    controller.abort();
    setTimeout(() => process.exit(), STOP_GRACE_MS).unref();
  });
  return controller.signal;
}

function composeIdentity(config: Config, prisma: Prisma, key: MasterKey, rows: IdentityRows): Identity {
  const { url, allowedOrigins, secureCookies } = config;
  const secret = key.derive('sessions');
  const auth = createBetterAuth({
    prisma,
    rows,
    secret,
    url,
    allowedOrigins,
    secureCookies,
    clock: systemClock,
    ids: systemIds,
  });
  return createIdentity({ auth, rows, ids: systemIds, setupToken: requiredToken(config) });
}

/** The launcher always passes a token when one is needed; a web process without it lets nobody claim. */
function requiredToken(config: Config): string | null {
  if (!config.setupTokenRequired) return null;
  return config.setupToken ?? systemIds.randomText(32);
}

function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  throw new AppError('INVALID_CONFIGURATION', {
    message: 'DATABASE_URL is not set',
    hint: 'Start Tandem with npm start or npm run dev: the launcher provides the database.',
    data: { variable: 'DATABASE_URL' },
  });
}
