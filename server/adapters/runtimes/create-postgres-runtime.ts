import { createHostFiles } from '#server/adapters/hosts/host-files.ts';
import type { InstanceLocation, RuntimeKind } from '#server/domain/instance-location.ts';
import type { HostFiles } from '#server/ports/host-files.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';
import { clusterControl } from './debian/cluster-control.ts';
import { containerPlace } from './docker/container-place.ts';
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

/** An instance and the place that it lives in: its host, or its container. */
export interface InstancePlace {
  runtime: PostgresRuntime;
  /** Where its files and PostgreSQL's programs are. */
  place: { read: HostTransport; act: HostTransport };
  /** As the instance's owner. */
  files: HostFiles;
}

/**
 * `act` is the fenced transport inside an operation; without it what changes the host goes the same way as
 * what reads.
 */
export function placeInstance(
  location: InstanceLocation,
  transports: { read: HostTransport; act?: HostTransport },
): InstancePlace {
  const { read, act = read } = transports;
  const host = { read, act };
  if (location.kind !== 'docker') {
    const control = CONTROLS[location.kind](location, host);
    const files = createHostFiles(act, location.osOwner);
    return { runtime: new HostRuntime(location, host, control), place: host, files };
  }
  const { transports: place, control, reach, files } = containerPlace(location, host);
  return { runtime: new HostRuntime(location, place, control, reach, host), place, files };
}

/** The runtime of an instance alone. */
export function createPostgresRuntime(
  location: InstanceLocation,
  transports: { read: HostTransport; act?: HostTransport },
): PostgresRuntime {
  return placeInstance(location, transports).runtime;
}
