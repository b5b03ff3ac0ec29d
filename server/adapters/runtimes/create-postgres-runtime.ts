import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { InstanceLocation, PostgresRuntime } from '#server/ports/postgres-runtime.ts';
import { PlainRuntime } from './plain/plain-runtime.ts';

/**
 * The runtime of an instance. `act` is the fenced transport inside an operation; without it what
 * changes the host goes the same way as what reads.
 */
export function createPostgresRuntime(
  location: InstanceLocation,
  transports: { read: HostTransport; act?: HostTransport },
): PostgresRuntime {
  const { read, act = read } = transports;
  if (location.kind === 'plain') return new PlainRuntime(location, { read, act });
  throw new AppError('INSTANCE_NOT_SUPPORTED', {
    message: `PostgreSQL in ${location.dataDirectory} is run by ${location.kind}, which Tandem cannot operate yet`,
    hint: 'Tandem operates servers that are run with pg_ctl.',
    data: { kind: location.kind },
  });
}
