import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { PoolDatabase, PoolState } from '#server/ports/client-routes.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { SqlSession } from '#server/ports/sql-session.ts';

// Columns of PgBouncer's manual, "Show commands"; numbers may come as text.
const zDatabase = z.object({
  name: z.string(),
  host: z.string().nullable(),
  port: z.coerce.number(),
  pool_mode: z.string().nullable(),
  current_connections: z.coerce.number(),
  paused: z.coerce.number(),
});
const zConfig = z.object({ key: z.string(), value: z.string().nullable() });
const zServer = z.object({ database: z.string(), close_needed: z.coerce.number() });

/** The admin console of one PgBouncer; opens with its first use and again after it broke. */
export class PgbouncerConsole {
  readonly #open: (wait: Wait) => Promise<SqlSession>;
  #session: SqlSession | null = null;

  constructor(open: (wait: Wait) => Promise<SqlSession>) {
    this.#open = open;
  }

  /** Databases that it knows; the mode is null where the general one counts. */
  async databases(o: Wait): Promise<(Omit<PoolDatabase, 'poolMode'> & { poolMode: string | null })[]> {
    const rows = z.array(zDatabase).parse(await this.#ask('SHOW DATABASES', o));
    return rows.map((row) => ({
      name: row.name,
      host: row.host,
      port: row.port,
      paused: row.paused === 1,
      poolMode: row.pool_mode,
      servers: row.current_connections,
    }));
  }

  async look(o: Wait): Promise<PoolState> {
    const config = new Map(
      z
        .array(zConfig)
        .parse(await this.#ask('SHOW CONFIG', o))
        .map(({ key, value }) => [key, value]),
    );
    const [{ version } = { version: '' }] = z
      .array(z.object({ version: z.string() }))
      .parse(await this.#ask('SHOW VERSION', o));
    const poolMode = config.get('pool_mode') ?? 'session';
    const waitS = Number(config.get('query_wait_timeout') ?? 0);
    const databases = await this.databases(o);
    return {
      version,
      databases: databases.map((d) => ({ ...d, poolMode: d.poolMode ?? poolMode })),
      queryWaitTimeoutMs: waitS > 0 ? waitS * 1_000 : null,
    };
  }

  /** Connections to servers that only end when what runs in them ends. */
  async leaving(database: string, o: Wait): Promise<number> {
    const rows = z.array(zServer).parse(await this.#ask('SHOW SERVERS', o));
    return rows.filter((row) => row.database === database && row.close_needed === 1).length;
  }

  async pause(database: string, o: Wait): Promise<void> {
    await this.#ask(`PAUSE ${quoted(database)}`, o);
  }

  async resume(database: string, o: Wait): Promise<void> {
    try {
      await this.#ask(`RESUME ${quoted(database)}`, o);
    } catch (thrown) {
      // Asking first whether it is paused would cost waiting clients another round trip.
      if (!(thrown instanceof AppError && thrown.message.includes('is not paused'))) throw thrown;
    }
  }

  async hurry(o: Wait): Promise<void> {
    await this.#ask('SET server_login_retry = 0', o);
  }

  async reload(o: Wait): Promise<void> {
    await this.#ask('RELOAD', o);
  }

  async kill(database: string, o: Wait): Promise<void> {
    await this.#ask(`KILL ${quoted(database)}`, o);
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close().catch(() => undefined);
  }

  /** A kept connection that died while nobody looked is opened again, once: what it was asked has not run. */
  async #ask(command: string, o: Wait): Promise<object[]> {
    const kept = this.#session?.alive === true ? this.#session : null;
    const session = kept ?? (await this.#open(o));
    this.#session = session;
    try {
      return await session.query(command, [], o);
    } catch (thrown) {
      if (kept === null || session.alive || !command.startsWith('SHOW')) throw thrown;
      if (thrown instanceof AppError && thrown.code === 'DEADLINE_EXCEEDED') throw thrown;
      this.#session = await this.#open(o);
      return this.#session.query(command, [], o);
    }
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
