import type { GateWish } from './start-gate.ts';

/** The wizard's answers so far; a database row with its own URL. Null = not answered yet. */
export interface NewStandbyDraft {
  kind: 'new-standby';
  primaryServerId: string | null;
  /** Data directory of the chosen instance on the primary's server. */
  primaryDataDirectory: string | null;
  standbyServerId: string | null;
  /** Where the standby's data will live; proposed from the primary's. */
  standbyDataDirectory: string | null;
  standbyPort: number | null;
  mode: 'asynchronous' | 'synchronous';
  /** Bytes that the slot may hold at most; null = proposed from free disk. */
  maxSlotWalKeepBytes: number | null;
  walKeepBytes: number | null;
  /** Bytes per second of the base backup; null = no limit. */
  backupRateLimitBytes: number | null;
  /** What stands before each start of both servers; a draft of before this question means none. */
  startGate: GateWish;
  name: string | null;
  environment: 'production' | 'staging' | 'development';
}

export interface AdoptDraft {
  kind: 'adopt';
  /** Either node's server; the other role is found from it. */
  primaryServerId: string | null;
  primaryDataDirectory: string | null;
  standbyServerId: string | null;
  standbyDataDirectory: string | null;
  /** A login role that the admin gives; null = Tandem creates one. */
  givenRole: string | null;
  /** Where its password is stored; set by the server, never the password itself. */
  givenRoleSecretId: string | null;
  /** What stands before each start of both servers; a draft of before this question means none. */
  startGate: GateWish;
  name: string | null;
  environment: 'production' | 'staging' | 'development';
}

export type DraftData = NewStandbyDraft | AdoptDraft;
