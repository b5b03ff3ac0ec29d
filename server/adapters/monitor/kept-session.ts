import type { SqlSession } from '#server/ports/sql-session.ts';
import type { Pace } from './pace.ts';

/**
 * One session that is kept, and at most one attempt to open it. The attempt outlives the poll
 * that began it: over a slow line a login takes longer than a poll may.
 */
export class KeptSession {
  readonly #open: (signal: AbortSignal) => Promise<SqlSession>;
  readonly #pace: Pace;
  readonly #stopped = new AbortController();
  #begun = Promise.withResolvers<void>();
  #session: SqlSession | null = null;
  #opening: Promise<SqlSession> | null = null;

  constructor(open: (signal: AbortSignal) => Promise<SqlSession>, pace: Pace) {
    this.#open = open;
    this.#pace = pace;
  }

  get alive(): boolean {
    return this.#session?.alive === true;
  }

  /** The live session, or the attempt under way. */
  get(): Promise<SqlSession> {
    const session = this.#session;
    if (session?.alive === true) return Promise.resolve(session);
    this.#opening ??= this.#openInTurn().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Resolves when the session is open, or when an attempt has got its turn. */
  async begun(): Promise<void> {
    if (this.alive) return;
    this.get().catch(() => undefined);
    await this.#begun.promise;
  }

  #openInTurn(): Promise<SqlSession> {
    return this.#pace.run(async () => {
      this.#begun.resolve();
      try {
        this.#session = await this.#open(this.#stopped.signal);
        return this.#session;
      } finally {
        this.#begun = Promise.withResolvers<void>();
      }
    });
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
