import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { LocaleLibrary } from '#server/domain/locale-library.ts';
import type { Lsn } from '#server/domain/lsn.ts';
import type { RequiredSettings } from '#server/domain/required-settings.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { GateDecision, GatePaths, FoundStartGate } from '#server/domain/start-gate.ts';

/** pg_controldata, the fields that decisions use (PostgreSQL manual, "pg_controldata"). */
export interface ControlData {
  clusterState: string;
  systemIdentifier: string;
  timeline: number;
  latestCheckpointLsn: Lsn;
  redoLsn: Lsn;
  minRecoveryEndLsn: Lsn;
  /** Of that end: in recovery it may be newer than the last checkpoint's; 0 = there is none. */
  minRecoveryTimeline: number;
  walLogHints: boolean;
  dataChecksums: boolean;
  walSegmentBytes: number;
  pgControlVersion: number;
  /** A primary's own; on a standby those that the WAL replayed so far was written with. */
  requiredSettings: RequiredSettings;
}

/**
 * `writes-ended` = the control file says shut down while the postmaster still lives;
 * `no-cluster` = the directory is absent or holds no control file.
 */
export type StopState = 'running' | 'writes-ended' | 'stopped-cleanly' | 'stopped-uncleanly' | 'no-cluster';

/** A long command that runs detached on the host, with pid, log and rc files. */
export interface HostJobState {
  status: 'absent' | 'running' | 'succeeded' | 'failed' | 'lost';
  exitCode: number | null;
  /** New output since `fromByte`. */
  log: string;
  nextByte: number;
}

export interface StandbySettings {
  primaryConninfo: string;
  primarySlotName: string;
}

export interface Wait {
  signal: AbortSignal;
  timeoutMs: number;
}

/**
 * Whether something starts the server at boot; `taken` = not, because Tandem took that away and can give it
 * back; `not-here` = nothing that this runtime knows of.
 */
export type Autostart = 'on' | 'off' | 'taken' | 'not-here';

export type StopMode = 'fast' | 'immediate' | 'kill';

/** What decides before each start by the host itself, with Tandem or without it. */
export interface StartGateControl {
  readonly paths: GatePaths;
  /** `not-here` = the host has no systemd running. */
  state(o: Wait): Promise<FoundStartGate>;
  /** `config` is what `gateConfig` makes, or what `state` read before. */
  install(config: string, o: Wait): Promise<void>;
  remove(o: Wait): Promise<void>;
  /** Lets the next start pass, whatever the gate would decide; a boot takes that back. Harmless without a gate. */
  openOnce(o: Wait): Promise<void>;
  /** What it would decide now; changes nothing. */
  try(o: Wait): Promise<{ decision: GateDecision; reason: string }>;
}

/** A helper comes back with the next look at the files. */
export interface HelperControl {
  exists(o: Wait): Promise<boolean>;
  /** Keeps what it stores for people: kept files and old data directories. */
  remove(o: Wait): Promise<void>;
}

/** Acts on one instance whose location is known. Stateless: every answer is read at that instant. */
export interface PostgresRuntime {
  readonly location: InstanceLocation;
  /** Null where nothing starts the server that a gate could stand before. */
  readonly startGate: StartGateControl | null;
  /** What Tandem keeps running beside the server to look at it; null where nothing is needed. */
  readonly helper: HelperControl | null;
  start(o: Wait): Promise<void>;
  /** `kill` ends every process of the directory: a frozen postmaster hears nothing else. */
  stop(o: Wait & { mode: StopMode }): Promise<void>;
  reload(o: Wait): Promise<void>;
  /** Asks a standby to become primary and does not wait: PostgreSQL may swallow the wish, so ask again. */
  promote(o: Wait): Promise<void>;
  /**
   * Whether what starts servers on this host knows of the directory. Always true where nothing needs to:
   * only a Debian cluster has a place of its own in /etc.
   */
  isRegistered(o: Wait): Promise<boolean>;
  /** Makes a filled data directory known, with the configuration files that lie in it; nothing starts. */
  register(o: Wait): Promise<void>;
  /** Takes away what `register` made; the data directory stays. */
  unregister(o: Wait): Promise<void>;
  isAcceptingConnections(o: Wait): Promise<boolean>;
  autostart(o: Wait): Promise<Autostart>;
  /** Rejects INSTANCE_NOT_SUPPORTED where `autostart` is `not-here`. */
  setAutostart(on: boolean, o: Wait): Promise<void>;
  /** Null when the data directory holds no cluster. */
  controlData(o: Wait): Promise<ControlData | null>;
  stopState(o: Wait): Promise<StopState>;
  /**
   * SQL as the bootstrap superuser through psql on the host; rows of text, one statement. With `reads` it cannot
   * write, and goes round the fence: looks neither wait for each other nor for what acts.
   */
  superuserSql(
    sql: string,
    variables: Readonly<Record<string, string | Secret>>,
    o: Wait & { reads?: boolean },
  ): Promise<string[][]>;
  /** Starts a PostgreSQL tool detached; the same directory = the same job (idempotent start). */
  startTool(
    job: string,
    tool: 'pg_basebackup' | 'pg_rewind',
    args: readonly string[],
    o: Wait & { env?: Record<string, string> },
  ): Promise<void>;
  /** Answers at once; with `endWithinMs`, it may wait so long for the job to end. */
  toolState(job: string, fromByte: number, o: Wait & { endWithinMs?: number }): Promise<HostJobState>;
  cancelTool(job: string, o: Wait): Promise<void>;
  /**
   * A tool that ends soon and only reads, or `--dry-run`; resolves with any exit code. Of a long output
   * the answer holds the beginning; `onOutput` is given all of it, in pieces.
   */
  runTool(
    tool: 'pg_rewind' | 'pg_waldump',
    args: readonly string[],
    o: Wait & { onOutput?: (text: string) => void },
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /**
   * Crash recovery in single-user mode, which no client can reach, ending in a clean stop. standby.signal
   * lies aside meanwhile and is put back whatever happens: single-user mode refuses to start with it.
   */
  recover(o: Wait): Promise<void>;
  readLogTail(lines: number, o: Wait): Promise<string>;
  /** Of the place that the server lives in, also while it is stopped or not there yet. */
  localeLibrary(o: Wait): Promise<LocaleLibrary>;
}
