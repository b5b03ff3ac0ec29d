import pg from 'pg';
import type { Ids } from '#server/ports/clock.ts';
import type { LiveMessage, LivePublisher } from '#server/ports/live-feed.ts';
import { splitMessage } from './message-parts.ts';

export const LIVE_CHANNEL = 'tandem_live';
const DEADLINE_MS = 2_000;

/** Sends live messages by NOTIFY through a connection of its own. */
export function createPgLivePublisher(
  databaseUrl: string,
  ids: Ids,
): LivePublisher & { close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: DEADLINE_MS,
    query_timeout: DEADLINE_MS,
    application_name: 'tandem live publisher',
  });
  // A notification needs no durability, and ten commits a second need not wait for a busy disk.
  pool.on('connect', (client) => {
    client.query('set synchronous_commit to off').catch(() => undefined);
  });
  // The pool replaces a broken connection; the publish that met it has rejected.
  pool.on('error', () => undefined);
  return {
    publish: async (message: LiveMessage) => {
      const payloads = splitMessage(message, ids.newId());
      await pool.query('select pg_notify($1, payload) from unnest($2::text[]) payload', [
        LIVE_CHANNEL,
        payloads,
      ]);
    },
    close: () => pool.end(),
  };
}
