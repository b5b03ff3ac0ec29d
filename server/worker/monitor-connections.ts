import { knockAtPostgres } from '#server/adapters/sql/knock.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { WatchedNode } from '#server/ports/monitoring.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { Hosts } from './hosts.ts';
import { LastKnown } from './last-known.ts';

/** Monitoring sessions are opened in this time or count as failed, ms. */
const OPEN_SESSION_MS = 15_000;
/** A changed password counts after this time. */
const RENEW_PASSWORD_MS = 10_000;

/** How the monitor reaches nodes; none of it waits for the control database twice. */
export function monitorConnections(hosts: Hosts, secrets: SecretStore, clock: Clock) {
  const sql = new PgSqlConnections();
  const passwords = new LastKnown((id) => secrets.get(id), clock, RENEW_PASSWORD_MS);
  const place = async ({ serverId, location }: WatchedNode, signal: AbortSignal) => ({
    transport: await hosts.connectAsKnown(serverId, signal),
    host: location.socketDirectory ?? '127.0.0.1',
    port: location.port,
  });
  return {
    transport: (serverId: string, signal: AbortSignal) => hosts.connectAsKnown(serverId, signal),
    knock: async (node: WatchedNode, signal: AbortSignal) =>
      knockAtPostgres(await place(node, signal), signal),
    open: async (node: WatchedNode, signal: AbortSignal) =>
      sql.open(
        {
          ...(await place(node, signal)),
          user: node.monitorRole,
          password: await passwords.get(node.monitorSecretId),
          database: 'postgres',
          applicationName: 'tandem monitor',
        },
        { signal, timeoutMs: OPEN_SESSION_MS },
      ),
  };
}
