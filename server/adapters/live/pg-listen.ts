import pg from 'pg';
import type { Clock } from '#server/ports/clock.ts';
import type { Log } from '#server/ports/log.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const PROBE_INTERVAL_MS = 5_000;
const RECONNECT_PAUSE_MS = 500;

export interface ListenParts {
  databaseUrl: string;
  channel: string;
  onPayload: (payload: string) => void;
  /** True after each LISTEN, false when the connection is lost. */
  onState?: (connected: boolean) => void;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** One LISTEN connection, opened again whenever it breaks, until the signal. */
export async function listenOn(parts: ListenParts): Promise<void> {
  while (!parts.signal.aborted) {
    try {
      await listenOnce(parts);
    } catch (error) {
      parts.log.warn({ err: error, channel: parts.channel }, 'notifications interrupted');
    }
    parts.onState?.(false);
    await parts.clock.sleep(RECONNECT_PAUSE_MS, parts.signal).catch(() => undefined);
  }
}

/** Runs until the connection breaks; a probe finds one that broke without a word. */
async function listenOnce(parts: ListenParts): Promise<void> {
  const client = new pg.Client({
    connectionString: parts.databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
    application_name: `${parts.channel} listener`,
  });
  client.on('error', () => undefined);
  client.on('notification', ({ payload }) => {
    if (payload !== undefined) parts.onPayload(payload);
  });
  try {
    await client.connect();
    await client.query(`listen ${parts.channel}`);
    parts.onState?.(true);
    while (!parts.signal.aborted) {
      await parts.clock.sleep(PROBE_INTERVAL_MS, parts.signal).catch(() => undefined);
      await client.query('select 1');
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}
