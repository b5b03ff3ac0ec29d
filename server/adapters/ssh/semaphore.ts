/** At most `size` holders at once; waiters are served in order and may give up. */
export class Semaphore {
  #size: number;
  readonly #waiting: (() => void)[] = [];
  #held = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Lowers the number of places; holders above it keep theirs until they give them back. */
  limit(size: number): void {
    this.#size = Math.min(this.#size, Math.max(1, size));
  }

  get held(): number {
    return this.#held;
  }

  /** Resolves with the function that gives the place back (calling it twice does no harm). */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#held >= this.#size) await this.#wait(signal);
    else this.#held += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#held -= 1;
      const next = this.#held < this.#size ? this.#waiting.shift() : undefined;
      if (next === undefined) return;
      this.#held += 1;
      next();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        const position = this.#waiting.indexOf(enter);
        if (position >= 0) this.#waiting.splice(position, 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(enter);
    });
  }
}
