import type { Clock } from '#server/ports/clock.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // Not node:timers/promises: its AbortError for each wait that is cut short was a tenth of the monitor's work.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const cutShort = (): void => {
        clearTimeout(timer);
        const reason: unknown = signal?.reason;
        reject(reason instanceof Error ? reason : new Error('the wait was cut short', { cause: reason }));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', cutShort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', cutShort, { once: true });
      if (signal?.aborted === true) cutShort();
    }),
};
