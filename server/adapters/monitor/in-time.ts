import { AppError } from '#server/errors/app-error.ts';
import type { Clock } from '#server/ports/clock.ts';

/** Making an error for each wait that ended in time costs more than the wait. */
export const ENDED = new Error('ended in time');

/**
 * The work's result, or DEADLINE_EXCEEDED after `ms`; the work itself is not stopped. A caller that
 * gives up gives the work its signal.
 */
export async function inTime<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = clock.sleep(ms, stop.signal).then(() => {
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
    stop.abort(ENDED);
  }
}
