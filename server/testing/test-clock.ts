import type { Clock } from '#server/ports/clock.ts';

interface Timer {
  atMs: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Virtual time. When everything that can run has run, time jumps to the earliest sleeper: hours
 * pass in milliseconds and in a fixed order.
 */
export class TestClock implements Clock {
  #nowMs: number;
  #timers: Timer[] = [];
  #scheduled = false;

  constructor(startMs = 1_800_000_000_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const timer: Timer = { atMs: this.#nowMs + ms, resolve, reject };
      this.#timers.push(timer);
      signal?.addEventListener(
        'abort',
        () => {
          this.#timers = this.#timers.filter((t) => t !== timer);
          reject(signal.reason as Error);
        },
        { once: true },
      );
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#timers.sort((a, b) => a.atMs - b.atMs);
      const next = this.#timers.shift();
      if (next === undefined) return;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.resolve();
      if (this.#timers.length > 0) this.#schedule();
    });
  }
}
