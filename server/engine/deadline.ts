import { AppError } from '#server/errors/app-error.ts';
import type { Clock } from '#server/ports/clock.ts';

/**
 * Runs `work` with a signal that aborts after `ms` with DEADLINE_EXCEEDED, or with the outer
 * signal's reason. The work must honour its signal; when it does not, the answer still comes in time.
 */
export async function withDeadline<T>(
  clock: Clock,
  o: { ms: number; signal: AbortSignal; what: string },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  o.signal.throwIfAborted();
  const inner = new AbortController();
  const stop = new AbortController();
  const forward = (): void => inner.abort(o.signal.reason);
  o.signal.addEventListener('abort', forward, { once: true });
  const aborted = new Promise<never>((_, reject) => {
    inner.signal.addEventListener('abort', () => reject(asError(inner.signal.reason)), { once: true });
  });
  aborted.catch(() => undefined);
  clock.sleep(o.ms, stop.signal).then(
    () =>
      inner.abort(
        new AppError('DEADLINE_EXCEEDED', {
          message: `${o.what} did not end within ${o.ms} ms`,
          data: { timeoutMs: o.ms },
        }),
      ),
    () => undefined,
  );
  try {
    return await Promise.race([work(inner.signal), aborted]);
  } finally {
    stop.abort();
    o.signal.removeEventListener('abort', forward);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new AppError('CANCELLED', { message: 'the wait was ended' });
}
