import { AppError } from '#server/errors/app-error.ts';

/** One wait: the caller's signal and a deadline together, and which error each of them means. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** CANCELLED or DEADLINE_EXCEEDED, as it happened. */
  error(): AppError;
  /** Rejects when the wait is over first; `onEnd` then stops what still runs. */
  race<T>(work: Promise<T>, onEnd?: () => void): Promise<T>;
}

/** `what` completes "… did not end in time": lower case, names the host. */
export function startDeadline(caller: AbortSignal, timeoutMs: number, what: string): Deadline {
  const signal = AbortSignal.any([caller, AbortSignal.timeout(timeoutMs)]);
  const error = () =>
    caller.aborted
      ? new AppError('CANCELLED', { message: `${what}: cancelled`, cause: caller.reason })
      : new AppError('DEADLINE_EXCEEDED', {
          message: `${what}: no end within ${timeoutMs} ms`,
          data: { timeoutMs },
        });
  return {
    signal,
    error,
    race: <T>(work: Promise<T>, onEnd?: () => void) =>
      new Promise<T>((resolve, reject) => {
        const end = () => {
          reject(error());
          onEnd?.();
        };
        if (signal.aborted) {
          work.catch(() => undefined);
          end();
          return;
        }
        signal.addEventListener('abort', end, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
      }),
  };
}
