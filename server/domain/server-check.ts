import type { Problem } from '#server/errors/app-error.ts';
import type { InstanceLocation } from './instance-location.ts';
import type { Text } from './plan.ts';

/** Rows of the add-server checklist, in order; a row needs all rows named in `CHECK_NEEDS`. */
export const CHECK_ROWS = [
  'name-resolves',
  'port-answers',
  'host-key',
  'login',
  'sudo',
  'system',
  'instances',
  'clock',
  'disk',
  'latency',
] as const;
export type CheckRow = (typeof CHECK_ROWS)[number];

/** Without these rows the row cannot be checked. */
export const CHECK_NEEDS = {
  'name-resolves': [],
  'port-answers': ['name-resolves'],
  'host-key': ['port-answers'],
  login: ['host-key'],
  sudo: ['login'],
  system: ['login'],
  instances: ['login'],
  clock: ['login'],
  disk: ['login'],
  latency: ['login'],
} as const satisfies Record<CheckRow, readonly CheckRow[]>;

export type CheckState = 'pending' | 'running' | 'ok' | 'warning' | 'failed' | 'approval-needed' | 'skipped';

export interface CheckResult {
  state: CheckState;
  /** What was found, in words. */
  value: Text | null;
  /** Raw facts of the row (fingerprint, bytes, milliseconds). */
  data: Record<string, string | number | boolean | null>;
  problem: Problem | null;
  /** The one command to run on the host that cures it, if there is one. */
  command: string | null;
  durationMs: number | null;
  checkedAtMs: number | null;
}

export type ServerChecks = Partial<Record<CheckRow, CheckResult>>;

/** A PostgreSQL instance found on a server, running or not. */
export interface FoundInstance extends Omit<InstanceLocation, 'binDirectory'> {
  binDirectory: string | null;
  running: boolean;
  majorVersion: number;
  inRecovery: boolean | null;
  sizeBytes: number | null;
  /** What its container was made from; absent where there is none. */
  image?: string;
  /** What its container's command gives, of the settings that matter to a standby; absent where there is none. */
  commandLine?: Readonly<Record<string, string>>;
  /** Where its server listens inside the container; `port` is the published one. */
  portInside?: number;
  supported: boolean;
  /** Why not, when it is not supported. */
  reason: Text | null;
}

/** The found instance as a place to act on; null when its programs were not found. */
export function locationOfFound(found: FoundInstance): InstanceLocation | null {
  const { kind, name, dataDirectory, configDirectory, binDirectory, osOwner, port, socketDirectory } = found;
  if (binDirectory === null) return null;
  return { kind, name, dataDirectory, configDirectory, binDirectory, osOwner, port, socketDirectory };
}

/** What the last probe learnt about a server. */
export interface ServerFacts {
  hostname: string;
  osName: string;
  architecture: string;
  libc: string | null;
  loginUser: string;
  isRoot: boolean;
  /** none | passwordless | password */
  sudo: 'none' | 'passwordless' | 'password';
  clockOffsetMs: number | null;
  latencyMs: number | null;
  disks: { path: string; totalBytes: number; freeBytes: number }[];
  /** Server-side tools found, by major version: bin directories with postgres and pg_basebackup. */
  toolchains: { majorVersion: number; binDirectory: string; version: string }[];
  instances: FoundInstance[];
  probedAtMs: number;
}
