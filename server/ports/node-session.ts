import type { ClientSession } from '#server/domain/clients-look.ts';
import type { Lsn } from '#server/domain/lsn.ts';
import type { Wait } from './postgres-runtime.ts';

export interface NodePosition {
  inRecovery: boolean;
  systemIdentifier: string;
  /** Standby: of what it receives, or of its last checkpoint when it receives nothing. */
  timeline: number;
  /** Primary: flushed WAL. Standby: replayed WAL. */
  lsn: Lsn;
  /** Standby: received and flushed; null when it never received anything since its start. */
  receivedLsn: Lsn | null;
  /** pg_stat_wal_receiver.status; null = no receiver. */
  receiver: string | null;
  replayPaused: boolean;
}

/** `startedAt`: when the postmaster started, s since epoch to the microsecond, as text. */
export interface NodeIdentity {
  systemIdentifier: string;
  startedAt: string;
}

/**
 * A session of Tandem's login role that is kept open, because inside an outage a login costs more
 * than the promotion. Reopens itself; every call has its own deadline.
 */
export interface NodeSession {
  /** Tells this running server from every other, its partner too. */
  identity(o: Wait): Promise<NodeIdentity>;
  /** Sessions of clients but those of the role that asks, oldest first; `cut` = there are more. */
  clientSessions(o: Wait): Promise<{ sessions: ClientSession[]; cut: boolean }>;
  position(o: Wait): Promise<NodePosition>;
  /**
   * Commits a transaction with an id of its own, which needs no table and no right, and answers the
   * position behind it. Rejects PG_ERROR while the node is in recovery.
   */
  write(o: Wait): Promise<Lsn>;
}
