import type { Duplex } from 'node:stream';
import type { SqlTarget } from '#server/ports/sql-session.ts';

/** A connection to the server's socket or port, through its host's SSH connection. */
export function openPostgresStream(
  target: Pick<SqlTarget, 'transport' | 'host' | 'port'>,
  signal: AbortSignal,
): Promise<Duplex> {
  return target.host.startsWith('/')
    ? target.transport.openUnixSocket(`${target.host}/.s.PGSQL.${target.port}`, { signal })
    : target.transport.openTcp(target.host, target.port, { signal });
}
