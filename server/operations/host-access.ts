import { createHash } from 'node:crypto';
import { AppError } from '#server/errors/app-error.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { ComposeHost } from '#server/ports/compose-host.ts';
import type { ContainerHost } from '#server/ports/container-host.ts';
import type { Clock, Ids } from '#server/ports/clock.ts';
import type { HostProbe } from '#server/ports/host-probe.ts';
import { placeNameOf, type InstanceLocation } from '#server/domain/instance-location.ts';
import type { StoredServer } from '#server/ports/server-store.ts';
import type { OperationNode, PairWorld } from './pair-world.ts';

/** One server as an operation reaches it; connects with the first use. */
export interface HostAccess {
  server: StoredServer;
  probe: HostProbe;
  /** Its Docker engine, where it has one. */
  containers: ContainerHost;
  /** Containers that Compose made there. */
  compose: ComposeHost;
  /** Everything that acts on one place of the host. */
  node(location: InstanceLocation): OperationNode;
}

/** What operations reach that decide at run time which hosts and places they look at. */
export interface PlanningWorld {
  clock: Clock;
  ids: Ids;
  host(serverId: string): Promise<HostAccess>;
  servers(): Promise<StoredServer[]>;
  pairNameIsTaken(name: string): Promise<boolean>;
  /** Clear value of a stored secret. */
  secret(id: string): Promise<Secret>;
}

/** One id per place, whoever asks: locks and fencing tokens of an instance hang on it. */
export function instanceIdOf(serverId: string, location: InstanceLocation): string {
  return `i${createHash('sha256')
    .update(`${serverId}\0${placeNameOf(location)}`)
    .digest('hex')
    .slice(0, 24)}`;
}

/** A plan only reads: what would write is out of its reach. */
export function planWorld(
  world: Pick<PlanningWorld, 'clock'>,
  nodes: Pick<PairWorld, 'primary' | 'standby'>,
): PairWorld {
  const never = (): Promise<never> =>
    Promise.reject(new AppError('ASSERTION', { message: 'a plan changes nothing' }));
  return {
    ...nodes,
    clock: world.clock,
    secret: never,
    inventory: {
      exists: never,
      register: never,
      prepared: never,
      prepare: never,
      unprepare: never,
      tls: never,
      setTls: never,
      gateWish: never,
      setGateWish: never,
      remove: never,
    },
  };
}
