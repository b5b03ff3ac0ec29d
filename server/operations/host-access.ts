import type { Clock, Ids } from '#server/ports/clock.ts';
import type { HostProbe } from '#server/ports/host-probe.ts';
import type { InstanceLocation } from '#server/ports/postgres-runtime.ts';
import type { StoredServer } from '#server/ports/server-store.ts';
import type { OperationNode } from './setup-standby/world.ts';

/** One server as an operation reaches it; connects with the first use. */
export interface HostAccess {
  server: StoredServer;
  probe: HostProbe;
  /** Everything that acts on one place of the host. */
  node(location: InstanceLocation): OperationNode;
}

/** What operations reach that decide at run time which hosts and places they look at. */
export interface PlanningWorld {
  clock: Clock;
  ids: Ids;
  host(serverId: string): Promise<HostAccess>;
  pairNameIsTaken(name: string): Promise<boolean>;
}
