import type { Client } from 'ssh2';
import { AppError, toAppError } from '#server/errors/app-error.ts';

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 4_000;

/**
 * Makes at most one connection at a time and waits ever longer between failures. In between, callers
 * get the last error at once: a monitor that asks each second must not queue up.
 */
export class ConnectionAttempts {
  readonly #connect: (signal: AbortSignal) => Promise<Client>;
  #client: Client | null = null;
  #running: Promise<Client> | null = null;
  #failures = 0;
  #lastError: AppError | null = null;
  #notBeforeMs = 0;
  readonly #ended = new AbortController();

  constructor(connect: (signal: AbortSignal) => Promise<Client>) {
    this.#connect = connect;
  }

  /** The live client or a new one. The attempt itself is shared and goes on when one caller gives up. */
  async client(): Promise<Client> {
    if (this.#client !== null) return this.#client;
    if (this.#ended.signal.aborted)
      throw new AppError('CANCELLED', { message: 'the connection was ended by Tandem' });
    if (this.#running === null && this.#lastError !== null && performance.now() < this.#notBeforeMs)
      throw this.#lastError;
    this.#running ??= this.#attempt();
    return this.#running;
  }

  async #attempt(): Promise<Client> {
    try {
      const client = await this.#connect(this.#ended.signal);
      this.#client = client;
      this.#failures = 0;
      this.#lastError = null;
      client.once('close', () => {
        if (this.#client === client) this.#client = null;
      });
      return client;
    } catch (thrown) {
      this.#lastError = toAppError(thrown);
      this.#notBeforeMs =
        performance.now() + Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures);
      this.#failures += 1;
      throw this.#lastError;
    } finally {
      this.#running = null;
    }
  }

  /** Ends the connection and every later use. */
  async end(): Promise<void> {
    this.#ended.abort();
    const client = this.#client;
    this.#client = null;
    await this.#running?.catch(() => undefined);
    if (client === null) return;
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.end();
    await Promise.race([closed, new Promise<void>((resolve) => setTimeout(resolve, 500).unref())]);
    client.destroy();
  }
}
