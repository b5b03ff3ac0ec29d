import type { InstanceLocation, RuntimeKind } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';
import { clusterControl } from './debian/cluster-control.ts';
import { HostRuntime } from './on-host/host-runtime.ts';
import type { ServerControl } from './on-host/server-control.ts';
import { plainControl } from './plain/plain-control.ts';
import { unitControl } from './systemd/unit-control.ts';

type MakeControl = (
  location: InstanceLocation,
  transports: { read: HostTransport; act: HostTransport },
) => ServerControl;

const CONTROLS: Record<Exclude<RuntimeKind, 'docker'>, MakeControl> = {
  plain: plainControl,
  debian: clusterControl,
  systemd: unitControl,
};

/**
 * The runtime of an instance. `act` is the fenced transport inside an operation; without it what
 * changes the host goes the same way as what reads.
 */
export function createPostgresRuntime(
  location: InstanceLocation,
  transports: { read: HostTransport; act?: HostTransport },
): PostgresRuntime {
  const { read, act = read } = transports;
  if (location.kind !== 'docker') {
    return new HostRuntime(location, { read, act }, CONTROLS[location.kind](location, { read, act }));
  }
  throw new AppError('INSTANCE_NOT_SUPPORTED', {
    message: `PostgreSQL in ${location.dataDirectory} is run by ${location.kind}, which Tandem cannot operate yet`,
    hint: 'Tandem operates servers that run on the host itself.',
    data: { kind: location.kind },
  });
}
