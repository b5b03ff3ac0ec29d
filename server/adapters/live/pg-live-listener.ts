import pg from 'pg';
import type { Clock } from '#server/ports/clock.ts';
import type { Log } from '#server/ports/log.ts';
import type { LiveHub } from './live-hub.ts';
import { MessageAssembler } from './message-parts.ts';
import { LIVE_CHANNEL } from './pg-live-publisher.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const PROBE_INTERVAL_MS = 5_000;
const RECONNECT_PAUSE_MS = 500;

export interface ListenerParts {
  databaseUrl: string;
  hub: LiveHub;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** Feeds the hub from one LISTEN connection, opened again whenever it breaks, until the signal. */
export async function listenForLive(parts: ListenerParts): Promise<void> {
  while (!parts.signal.aborted) {
    try {
      await listenOnce(parts);
    } catch (error) {
      parts.log.warn({ err: error }, 'live feed interrupted');
    }
    parts.hub.connected = false;
    await parts.clock.sleep(RECONNECT_PAUSE_MS, parts.signal).catch(() => undefined);
  }
}

/** Runs until the connection breaks; a probe finds one that broke without a word. */
async function listenOnce({ databaseUrl, hub, clock, signal }: ListenerParts): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
    application_name: 'tandem live listener',
  });
  const assembler = new MessageAssembler();
  client.on('error', () => undefined);
  client.on('notification', ({ payload }) => {
    const message = payload === undefined ? null : assembler.accept(payload);
    if (message) hub.receive(message);
  });
  try {
    await client.connect();
    await client.query(`listen ${LIVE_CHANNEL}`);
    hub.connected = true;
    while (!signal.aborted) {
      await clock.sleep(PROBE_INTERVAL_MS, signal).catch(() => undefined);
      await client.query('select 1');
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}
