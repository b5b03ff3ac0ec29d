/**
 * What one poll of one PostgreSQL node told us. JSON-safe (LSNs as text), because samples travel
 * from the worker over NOTIFY and SSE to the browser.
 */

/** Which hop failed, seen from Tandem. `timeout` = the deadline ran out and no hop could be named. */
export type UnreachableHop = 'ssh' | 'host-key' | 'tcp' | 'auth' | 'sql' | 'timeout';

/** One row of pg_stat_replication on a primary. */
export interface WalSenderSample {
  applicationName: string;
  clientAddr: string | null;
  state: string;
  syncState: string;
  sentLsn: string | null;
  writeLsn: string | null;
  flushLsn: string | null;
  replayLsn: string | null;
  /** pg_stat_replication.reply_time age. */
  replyAgeMs: number | null;
}

/** pg_stat_wal_receiver on a standby. */
export interface WalReceiverSample {
  status: string;
  receivedTimeline: number | null;
  flushedLsn: string | null;
  latestEndLsn: string | null;
  lastMessageAgeMs: number | null;
  /** wal_receiver_status_interval; 0 = it sends no reports of its own accord, null = not known. */
  statusIntervalMs: number | null;
  senderHost: string | null;
  senderPort: number | null;
  slotName: string | null;
}

/** One row of pg_replication_slots. */
export interface SlotSample {
  name: string;
  type: 'physical' | 'logical';
  active: boolean;
  restartLsn: string | null;
  /** reserved | extended | unreserved | lost; null while the slot reserves nothing. */
  walStatus: string | null;
  retainedBytes: number | null;
  safeWalBytes: number | null;
}

export interface ReachableNodeSample {
  reachable: true;
  instanceId: string;
  /** Monotonic tick number of the poll that took it. */
  tick: number;
  /** Wall clock of the worker when the answer arrived, ms since epoch. */
  takenAtMs: number;
  roundTripMs: number;
  inRecovery: boolean;
  systemIdentifier: string;
  timeline: number;
  serverVersionNum: number;
  /** Server's clock_timestamp(), ms since epoch. */
  serverTimeMs: number;
  startedAtMs: number;
  /** Primary only. */
  insertLsn: string | null;
  writeLsn: string | null;
  flushLsn: string | null;
  /** Standby only: received-and-flushed, and replayed. */
  receiveLsn: string | null;
  replayLsn: string | null;
  /** Standby only: commit time of the last replayed transaction, ms since epoch. */
  lastReplayedCommitAtMs: number | null;
  replayPaused: boolean;
  connections: number;
  maxConnections: number;
  /** Total commits since statistics reset, all databases. */
  commits: number;
  senders: WalSenderSample[];
  receiver: WalReceiverSample | null;
  slots: SlotSample[];
  lastCheckpointAtMs: number | null;
  /** Bytes of all databases; measured at most once a minute, null before. */
  databaseBytes: number | null;
}

export interface UnreachableNodeSample {
  reachable: false;
  instanceId: string;
  tick: number;
  takenAtMs: number;
  hop: UnreachableHop;
  /** One factual line, never a secret. */
  detail: string;
  /** With hop sql/tcp/timeout: SSH to the host works, so the host lives and PostgreSQL does not answer. */
  hostAnswers: boolean;
}

export type NodeSample = ReachableNodeSample | UnreachableNodeSample;
