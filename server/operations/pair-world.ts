import type { Secret } from '#server/domain/secret.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { HostFiles } from '#server/ports/host-files.ts';
import type { HostProbe } from '#server/ports/host-probe.ts';
import type { PairInventory } from '#server/ports/inventory.ts';
import type { NetworkProbe, PostgresAdmin } from '#server/ports/postgres-admin.ts';
import type { PostgresRuntime, Wait } from '#server/ports/postgres-runtime.ts';

/** One server of an operation with everything that acts on it. */
export interface OperationNode {
  serverName: string;
  files: HostFiles;
  probe: HostProbe;
  network: NetworkProbe;
  runtime: PostgresRuntime;
  admin: PostgresAdmin;
  /** Logs in over SQL as the monitor does; rejects PG_AUTHENTICATION_FAILED with the server's sqlstate. */
  logIn(role: string, password: Secret, o: Wait): Promise<{ mayMonitor: boolean }>;
}

/** What operations reach that know a primary and a standby. */
export interface PairWorld {
  primary: OperationNode;
  standby: OperationNode;
  inventory: PairInventory;
  clock: Clock;
  /** Clear value of a stored secret. */
  secret(id: string): Promise<Secret>;
}

/** The wait of an ordinary look or act inside a step. */
export function within(c: { signal: AbortSignal }, timeoutMs = 15_000): Wait {
  return { signal: c.signal, timeoutMs };
}
