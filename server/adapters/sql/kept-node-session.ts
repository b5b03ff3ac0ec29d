import { STANDBY_TIMELINE } from './standby-timeline.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { ClientSession } from '#server/domain/clients-look.ts';
import { requireLsn, type Lsn } from '#server/domain/lsn.ts';
import type { NodeIdentity, NodePosition, NodeSession } from '#server/ports/node-session.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { SqlSession } from '#server/ports/sql-session.ts';

const POSITION_SQL = `SELECT pg_is_in_recovery() AS recovery,
  (SELECT system_identifier FROM pg_control_system())::text AS system,
  CASE WHEN pg_is_in_recovery()
       THEN ${STANDBY_TIMELINE}
       ELSE ('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::int END AS timeline,
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END::text AS lsn,
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() END::text AS received,
  (SELECT status FROM pg_stat_wal_receiver) AS receiver,
  CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused`;

const IDENTITY_SQL = `SELECT (SELECT system_identifier FROM pg_control_system())::text AS system,
  extract(epoch FROM pg_postmaster_start_time())::text AS started`;

const MOST_SESSIONS = 200;
/** Our own tries of client routes may log in as anybody. */
export const ROUTE_CHECK = 'tandem route check';
/** Never what they ask: only who they are (PostgreSQL manual, "pg_stat_activity"). */
const SESSIONS_SQL = `SELECT pid, usename AS "user", datname AS database, coalesce(application_name, '') AS "applicationName",
  host(client_addr) AS "clientAddress", extract(epoch FROM backend_start)::text AS "startedAt"
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND usename IS NOT NULL AND usename <> current_user AND application_name <> $2
ORDER BY backend_start LIMIT $1`;

/** An id of its own makes the commit a WAL record that is flushed (manual, "Transaction ID and Snapshot Information Functions"). */
const WRITE_SQL = 'SELECT txid_current() AS id, pg_current_wal_insert_lsn()::text AS before';
const BEHIND_SQL = 'SELECT pg_current_wal_flush_lsn()::text AS lsn';

interface PositionRow {
  recovery: boolean;
  system: string;
  timeline: number;
  lsn: string;
  received: string | null;
  receiver: string | null;
  paused: boolean;
}

/** A login session of one node that opens with its first use and again after it broke. */
export class KeptNodeSession implements NodeSession {
  readonly #open: (wait: Wait) => Promise<SqlSession>;
  #session: SqlSession | null = null;

  constructor(open: (wait: Wait) => Promise<SqlSession>) {
    this.#open = open;
  }

  async identity(o: Wait): Promise<NodeIdentity> {
    const [row] = await this.#query<{ system: string; started: string }>(IDENTITY_SQL, 'tandem_identity', o);
    if (row === undefined) throw new AppError('ASSERTION', { message: 'no identity was answered' });
    return { systemIdentifier: row.system, startedAt: row.started };
  }

  async clientSessions(o: Wait): Promise<{ sessions: ClientSession[]; cut: boolean }> {
    const rows = await this.#query<ClientSession>(SESSIONS_SQL, 'tandem_sessions', o, [
      MOST_SESSIONS + 1,
      ROUTE_CHECK,
    ]);
    return { sessions: rows.slice(0, MOST_SESSIONS), cut: rows.length > MOST_SESSIONS };
  }

  async position(o: Wait): Promise<NodePosition> {
    const [row] = await this.#query<PositionRow>(POSITION_SQL, 'tandem_position', o);
    if (row === undefined) throw new AppError('ASSERTION', { message: 'no position was answered' });
    return {
      inRecovery: row.recovery,
      systemIdentifier: row.system,
      timeline: row.timeline,
      lsn: requireLsn(row.lsn),
      receivedLsn: row.received === null ? null : requireLsn(row.received),
      receiver: row.receiver,
      replayPaused: row.paused,
    };
  }

  async write(o: Wait): Promise<Lsn> {
    await this.#query(WRITE_SQL, 'tandem_write', o);
    const [row] = await this.#query<{ lsn: string }>(BEHIND_SQL, 'tandem_behind', o);
    return requireLsn(row?.lsn ?? '');
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close().catch(() => undefined);
  }

  async #query<Row extends object>(
    sql: string,
    name: string,
    o: Wait,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const live = this.#session?.alive === true ? this.#session : await this.#open(o);
    this.#session = live;
    return live.query<Row>(sql, values, { ...o, name });
  }
}
