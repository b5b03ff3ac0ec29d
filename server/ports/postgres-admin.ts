import type { DatabaseLocale } from '#server/domain/locale-library.ts';
import type { Lsn } from '#server/domain/lsn.ts';
import type { SlotSample, WalSenderSample } from '#server/domain/node-sample.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { Wait } from './postgres-runtime.ts';

/** One row of pg_settings. */
export interface SettingRow {
  name: string;
  /** In the unit of pg_settings. */
  setting: string;
  unit: string | null;
  /** e.g. default, configuration file, command line */
  source: string;
  /** postmaster = needs a restart */
  context: string;
  pendingRestart: boolean;
}

export interface ServerStatus {
  inRecovery: boolean;
  systemIdentifier: string;
  timeline: number;
  serverVersionNum: number;
  /** Primary: current WAL position. Standby: replay position. */
  lsn: Lsn | null;
  databaseBytes: number;
  superuser: string;
  hbaFile: string;
  configFile: string;
  /** What the databases sort by, each once. */
  locales: DatabaseLocale[];
  /** Of the C library, without which databases cannot be opened, whatever they sort by (datcollate, datctype). */
  localeNames: string[];
  dataChecksums: boolean;
  /** Tablespaces outside the data directory. */
  tablespaces: string[];
  /** Standby: primary_conninfo as the server shows it, without its password. */
  senderHost: string | null;
  senderPort: number | null;
}

/** What a role of ours may do. */
export type RoleGrant = 'replication' | 'rewind' | 'monitor';

export interface RoleFacts {
  grants: RoleGrant[];
  superuser: boolean;
  /** The stored SCRAM verifier; compared, never shown. */
  verifier: Secret | null;
}

export interface BackupProgress {
  phase: string;
  totalBytes: number | null;
  streamedBytes: number;
}

/** What goes on inside a server that matters for stopping or promoting it. */
export interface Activity {
  /** Transactions older than a minute, oldest first. */
  longTransactions: { pid: number; startedAt: string; user: string; seconds: number; state: string }[];
  preparedTransactions: number;
  /** Base backups that run now. */
  backups: number;
  archiver: {
    mode: string;
    /** The newest attempt failed. */
    failing: boolean;
    /** Finished segments that wait for archiving. */
    waiting: number;
    lastFailure: string | null;
  };
  replayPaused: boolean;
  /** recovery_min_apply_delay, ms. */
  applyDelayMs: number;
  clientConnections: number;
}

/** Replay of a standby (PostgreSQL manual, "Recovery Control Functions"). */
export interface ReplayState {
  /** `requested` = it stops at its next record; PostgreSQL 13 tells only requested from not paused. */
  pause: 'not paused' | 'pause requested' | 'paused';
  receivedLsn: Lsn | null;
  replayedLsn: Lsn | null;
}

/** `startedAt`: backend_start, s since epoch to the microsecond, as text. */
export interface SessionKey {
  pid: number;
  startedAt: string;
}

/** Acts inside one PostgreSQL as its bootstrap superuser, through psql on the host. */
export interface PostgresAdmin {
  status(o: Wait): Promise<ServerStatus>;
  settings(names: readonly string[], o: Wait): Promise<Map<string, SettingRow>>;
  /** ALTER SYSTEM SET, RESET for null; takes effect with a reload or restart. */
  alterSystem(changes: ReadonlyMap<string, string | null>, o: Wait): Promise<void>;
  /** Writes all dirty pages; on a standby a restartpoint. */
  checkpoint(o: Wait): Promise<void>;
  activity(o: Wait): Promise<Activity>;
  /** Where earlier timelines of this primary's history end, oldest first (manual, "Timelines"). */
  timelineHistory(o: Wait): Promise<{ timeline: number; endLsn: Lsn }[]>;
  reloadConf(o: Wait): Promise<void>;
  /** True when the configuration was loaded after the hba file was last written. */
  hbaIsLoaded(o: Wait): Promise<boolean>;
  /** True when the configuration was loaded at least a second after that file was last written. */
  fileIsLoaded(path: string, o: Wait): Promise<boolean>;
  /** Errors that the server finds in the hba file on disk. */
  hbaErrors(o: Wait): Promise<{ line: number; error: string }[]>;
  /** Settings that its command line gives, which win over every file. */
  commandLine(o: Wait): Promise<SettingRow[]>;
  /** Files that the configuration was read from, the main one and what it includes. */
  configFiles(o: Wait): Promise<string[]>;
  /** Addresses that clients are connected from now, without the machine's own. */
  clientAddresses(o: Wait): Promise<string[]>;
  role(name: string, o: Wait): Promise<RoleFacts | null>;
  /** Creates a login role with a SCRAM verifier, in a session that logs no statements. */
  createRole(name: string, verifier: Secret, grants: readonly RoleGrant[], o: Wait): Promise<void>;
  dropRole(name: string, o: Wait): Promise<void>;
  slots(o: Wait): Promise<SlotSample[]>;
  /** Physical, reserving WAL at once (facts: otherwise it holds nothing). */
  createSlot(name: string, o: Wait): Promise<void>;
  dropSlot(name: string, o: Wait): Promise<void>;
  /** application_name of every standby that streams, and whether its connection is encrypted. */
  encryption(o: Wait): Promise<{ applicationName: string; version: string | null }[]>;
  /** Null = it is not in recovery. */
  replay(o: Wait): Promise<ReplayState | null>;
  /** Asks replay to pause or to go on; `replay` says when it has. */
  setReplay(wanted: 'paused' | 'running', o: Wait): Promise<void>;
  senders(o: Wait): Promise<WalSenderSample[]>;
  /** How many of these client sessions are still there; pid and start name a session. */
  countSessions(sessions: readonly SessionKey[], o: Wait): Promise<number>;
  /** Ends those of them that are still there. */
  endSessions(sessions: readonly SessionKey[], o: Wait): Promise<void>;
  backupProgress(o: Wait): Promise<BackupProgress | null>;
  /** Writes a comment on a role: a WAL-logged write that needs no table of anybody's. */
  writeMarker(role: string, marker: string, o: Wait): Promise<void>;
  readMarker(role: string, o: Wait): Promise<string | null>;
}

/** Answer of a replication connection made from one host to another. */
export type ReplicationTry =
  | { result: 'ok'; systemIdentifier: string; timeline: number }
  /** The server answered that no hba rule matches; it names the address it saw. */
  | { result: 'no-hba-rule'; seenAddress: string }
  | { result: 'wrong-password' }
  | { result: 'unreachable'; detail: string }
  | { result: 'error'; detail: string };

/** Tries made from a host towards another one. */
export interface NetworkProbe {
  /** TCP connect from that host; null = it worked, else the reason. */
  tcp(host: string, port: number, o: Wait): Promise<string | null>;
  /** IDENTIFY_SYSTEM over a replication connection, with the client tools of that host. */
  replication(
    o: Wait & {
      host: string;
      port: number;
      user: string;
      passfile: string | null;
      /** Where to verify by (the authority's file) and which name to expect instead of the host, or that it must not be encrypted; absent = encrypted where the server offers it. */
      tls?: { authority: string; name?: string } | 'off';
    },
  ): Promise<ReplicationTry>;
  /**
   * Tries to log in to database postgres without a password; what the server answered, in its words. A
   * rule that rejects is asked before anything else.
   */
  login(o: Wait & { host: string; port: number; user: string }): Promise<string>;
  /** Source address that the kernel of that host uses towards an address; null = no route. */
  sourceAddress(host: string, o: Wait): Promise<string | null>;
  /**
   * Opens a free port of that host for one connection, calls `connect`, and answers from which address it
   * came, as a server there would see it; null when the port could not be opened or nobody came.
   */
  acceptOne(port: number, connect: () => Promise<unknown>, o: Wait): Promise<string | null>;
}
