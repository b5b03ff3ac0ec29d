import { AppError } from '#server/errors/app-error.ts';
import type { Clock } from '#server/ports/clock.ts';

interface Known<T> {
  value: T;
  readAtMs: number;
}

/**
 * Rows of the control database for somebody who must go on without it: what was read once is given
 * at once, and read anew beside that when it is older than `renewMs`. A row that is gone is forgotten.
 */
export class LastKnown<T> {
  readonly #read: (id: string) => Promise<T>;
  readonly #clock: Clock;
  readonly #renewMs: number;
  readonly #known = new Map<string, Known<T>>();
  readonly #reading = new Map<string, Promise<T>>();

  constructor(read: (id: string) => Promise<T>, clock: Clock, renewMs: number) {
    this.#read = read;
    this.#clock = clock;
    this.#renewMs = renewMs;
  }

  /** Rejects only for a row that was never read. */
  async get(id: string): Promise<T> {
    const known = this.#known.get(id);
    if (known === undefined) return this.#renew(id);
    if (this.#clock.monotonicMs() - known.readAtMs >= this.#renewMs) this.#renew(id).catch(() => undefined);
    return known.value;
  }

  /** What somebody else has just read. */
  put(id: string, value: T): void {
    this.#known.set(id, { value, readAtMs: this.#clock.monotonicMs() });
  }

  #renew(id: string): Promise<T> {
    const underWay = this.#reading.get(id);
    if (underWay !== undefined) return underWay;
    const reading = this.#read(id)
      .then(
        (value) => {
          this.put(id, value);
          return value;
        },
        (thrown: unknown) => {
          if (thrown instanceof AppError && thrown.code === 'NOT_FOUND') this.#known.delete(id);
          throw thrown;
        },
      )
      .finally(() => this.#reading.delete(id));
    this.#reading.set(id, reading);
    return reading;
  }
}
