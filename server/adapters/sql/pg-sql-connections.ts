import pg from 'pg';
import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors/app-error.ts';
import type { SqlConnections, SqlQueryOptions, SqlSession, SqlTarget } from '#server/ports/sql-session.ts';
import { openPostgresStream } from './open-postgres-stream.ts';
import { PgStream } from './pg-stream.ts';
import { sqlError } from './sql-error-causes.ts';

/** Opens node-postgres sessions through a host's SSH connection. */
export class PgSqlConnections implements SqlConnections {
  async open(target: SqlTarget, o: { signal: AbortSignal; timeoutMs: number }): Promise<SqlSession> {
    const where = `PostgreSQL at ${target.host}:${target.port}`;
    const wait = startWait(o, `connecting to ${where}`);
    let stream: Duplex | null = null;
    try {
      stream = await openPostgresStream(target, wait.signal);
      const under = new PgStream(stream);
      const client = new pg.Client({
        user: target.user,
        password: target.password.reveal(),
        database: target.database,
        application_name: target.applicationName,
        // Its own timer would say less than ours.
        connectionTimeoutMillis: 0,
        stream: () => under,
      });
      // A session that breaks between two queries shows in `alive`; without a listener it would end the process.
      client.on('error', () => undefined);
      await wait.race(client.connect());
      return new PgSession(client, under, where);
    } catch (thrown) {
      stream?.destroy();
      throw wait.signal.aborted ? wait.error() : sqlError(thrown, where);
    } finally {
      wait.end();
    }
  }
}

/**
 * One session. A query that misses its deadline ends the session: PostgreSQL may be frozen, where
 * neither `statement_timeout` nor a cancel request does anything, and the answer could come later.
 */
class PgSession implements SqlSession {
  readonly #client: pg.Client;
  readonly #stream: Duplex;
  readonly #where: string;

  constructor(client: pg.Client, stream: Duplex, where: string) {
    this.#client = client;
    this.#stream = stream;
    this.#where = where;
  }

  get alive(): boolean {
    return !this.#stream.destroyed;
  }

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[],
    o: SqlQueryOptions,
  ): Promise<Row[]> {
    if (!this.alive)
      throw new AppError('PG_NOT_ACCEPTING_CONNECTIONS', {
        message: `${this.#where}: the session is closed`,
        data: { sqlstate: null },
      });
    const wait = startWait(o, `a query on ${this.#where}`);
    try {
      const query = { text: sql, values: [...parameters], ...(o.name === undefined ? {} : { name: o.name }) };
      const { rows } = await wait.race(this.#client.query<Row>(query));
      return rows;
    } catch (thrown) {
      if (!wait.signal.aborted) throw sqlError(thrown, this.#where);
      this.#stream.destroy();
      throw wait.error();
    } finally {
      wait.end();
    }
  }

  async close(): Promise<void> {
    if (!this.alive) return;
    const ended = new Promise<void>((resolve) => this.#stream.once('close', () => resolve()));
    this.#client.end().catch(() => undefined);
    // A frozen server never confirms the end.
    await Promise.race([ended, new Promise<void>((resolve) => setTimeout(resolve, 500).unref())]);
    this.#stream.destroy();
  }
}

interface QueryWait {
  signal: AbortSignal;
  error(): AppError;
  race<T>(work: Promise<T>): Promise<T>;
  /** Takes timer and listener away. */
  end(): void;
}

/** One timer and one listener that end with the work: hundreds of queries a second wait like this. */
function startWait(o: { signal: AbortSignal; timeoutMs: number }, what: string): QueryWait {
  const over = new AbortController();
  const error = () =>
    o.signal.aborted
      ? new AppError('CANCELLED', { message: `${what}: cancelled`, cause: o.signal.reason })
      : new AppError('DEADLINE_EXCEEDED', {
          message: `${what}: no answer within ${o.timeoutMs} ms`,
          data: { timeoutMs: o.timeoutMs },
        });
  const abort = (): void => over.abort(error());
  const timer = setTimeout(abort, o.timeoutMs);
  o.signal.addEventListener('abort', abort, { once: true });
  if (o.signal.aborted) abort();
  return {
    signal: over.signal,
    error,
    race: (work) =>
      new Promise((resolve, reject) => {
        const late = () => reject(error());
        over.signal.addEventListener('abort', late, { once: true });
        if (over.signal.aborted) late();
        work.then(resolve, reject).finally(() => over.signal.removeEventListener('abort', late));
      }),
    end: () => {
      clearTimeout(timer);
      o.signal.removeEventListener('abort', abort);
    },
  };
}
