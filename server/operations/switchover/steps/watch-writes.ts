import type { Clock } from '#server/ports/clock.ts';
import type { NodeSession } from '#server/ports/node-session.ts';

const EVERY_MS = 5;
const DEADLINE_MS = 1_000;

/**
 * Commits on a node until it refuses. `end` answers when the last commit was accepted, ms since
 * epoch: the outage begins there, as a client sees it. Null = not one was accepted.
 */
export function watchWrites(
  session: NodeSession,
  clock: Clock,
  outer: AbortSignal,
): { end(): number | null } {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  let lastAtMs: number | null = null;
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await session.write({ signal, timeoutMs: DEADLINE_MS });
      lastAtMs = clock.nowMs();
      await clock.sleep(EVERY_MS, signal);
    }
  };
  watch().catch(() => undefined);
  return {
    end: () => {
      stop.abort();
      return lastAtMs;
    },
  };
}
