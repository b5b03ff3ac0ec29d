import type { Secret } from '#server/domain/secret.ts';
import type { HostTransport } from './host-transport.ts';

export interface SqlQueryOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** Prepared statement name, for statements sent each second. */
  name?: string;
}

/** One kept session with a PostgreSQL server. Deadlines are the client's: see facts on frozen servers. */
export interface SqlSession {
  query<Row extends object>(sql: string, parameters: readonly unknown[], o: SqlQueryOptions): Promise<Row[]>;
  readonly alive: boolean;
  close(): Promise<void>;
}

export interface SqlTarget {
  /** Who opens the stream: a host's SSH connection, or this machine. */
  transport: Pick<HostTransport, 'openTcp' | 'openUnixSocket'>;
  /** Where PostgreSQL listens on its own host: a socket directory (absolute path) or an address. */
  host: string;
  port: number;
  user: string;
  password: Secret;
  database: string;
  applicationName: string;
}

/** Opens sessions through SSH; no database port needs to be open to Tandem. */
export interface SqlConnections {
  open(target: SqlTarget, o: { signal: AbortSignal; timeoutMs: number }): Promise<SqlSession>;
}
