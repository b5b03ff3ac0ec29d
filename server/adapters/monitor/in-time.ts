import { AppError } from '#server/errors/app-error.ts';
import type { Clock } from '#server/ports/clock.ts';

/** The work's result, or DEADLINE_EXCEEDED after `ms`; the work itself is not stopped. */
export async function inTime<T>(clock: Clock, ms: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = clock.sleep(ms, AbortSignal.any([stop.signal, signal])).then(() => {
    throw new AppError('DEADLINE_EXCEEDED', {
      message: `no answer within ${Math.round(ms)} ms`,
      data: { timeoutMs: Math.round(ms) },
    });
  });
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}
