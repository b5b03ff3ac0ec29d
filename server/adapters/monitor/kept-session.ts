import type { SqlSession } from '#server/ports/sql-session.ts';

/**
 * One session that is kept, and at most one attempt to open it. The attempt outlives the poll
 * that began it: over a slow line a login takes longer than a poll may.
 */
export class KeptSession {
  readonly #open: (signal: AbortSignal) => Promise<SqlSession>;
  readonly #stopped = new AbortController();
  #session: SqlSession | null = null;
  #opening: Promise<SqlSession> | null = null;

  constructor(open: (signal: AbortSignal) => Promise<SqlSession>) {
    this.#open = open;
  }

  get alive(): boolean {
    return this.#session?.alive === true;
  }

  /** The live session, or the attempt under way. */
  get(): Promise<SqlSession> {
    const session = this.#session;
    if (session?.alive === true) return Promise.resolve(session);
    this.#opening ??= this.#open(this.#stopped.signal)
      .then((session) => {
        this.#session = session;
        return session;
      })
      .finally(() => {
        this.#opening = null;
      });
    return this.#opening;
  }

  /** Ends the session; the next `get` opens another. */
  async drop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close().catch(() => undefined);
  }

  /** Ends it for good, also an attempt under way. */
  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#opening?.catch(() => undefined);
    await this.drop();
  }
}
