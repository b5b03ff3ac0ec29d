import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { SqlTarget } from '#server/ports/sql-session.ts';

/** What the monitor's role must be able to do on a server, tried in a session of its own. */
export async function tryLogin(
  { location, ...who }: { location: InstanceLocation } & Pick<SqlTarget, 'transport' | 'user' | 'password'>,
  o: Wait,
): Promise<{ mayMonitor: boolean }> {
  const place = { host: location.socketDirectory ?? '127.0.0.1', port: location.port, database: 'postgres' };
  const session = await new PgSqlConnections().open({ ...who, ...place, applicationName: 'tandem' }, o);
  try {
    const [row] = await session.query<{ may: boolean }>(
      "SELECT pg_has_role('pg_monitor', 'USAGE') AS may",
      [],
      o,
    );
    return { mayMonitor: row?.may === true };
  } finally {
    await session.close();
  }
}
