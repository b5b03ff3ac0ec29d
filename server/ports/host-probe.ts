import type { FoundInstance } from '#server/domain/server-check.ts';
import type { Wait } from './postgres-runtime.ts';

export interface HostFacts {
  hostname: string;
  osName: string;
  architecture: string;
  /** e.g. "glibc 2.36" */
  libc: string | null;
  user: string;
  isRoot: boolean;
  /** Host's clock minus ours, ms, corrected by half the round trip. */
  clockOffsetMs: number;
  roundTripMs: number;
}

export interface Toolchain {
  majorVersion: number;
  /** e.g. 15.18 */
  version: string;
  binDirectory: string;
}

/** Read-only looks at a host. */
export interface HostProbe {
  facts(o: Wait): Promise<HostFacts>;
  /** What sudo allows the login user; "password" = it would ask for one. */
  sudo(o: Wait): Promise<'none' | 'passwordless' | 'password'>;
  /** Whether commands may run as that OS user. */
  mayActAs(user: string, o: Wait): Promise<boolean>;
  /** Installed PostgreSQL servers with their tools. */
  toolchains(o: Wait): Promise<Toolchain[]>;
  disks(o: Wait): Promise<{ path: string; totalBytes: number; freeBytes: number }[]>;
  /** Running PostgreSQL instances of any kind. */
  instances(o: Wait): Promise<FoundInstance[]>;
  /** True when something listens on the TCP port. */
  portInUse(port: number, o: Wait): Promise<boolean>;
}
