import type { WorkerHeartbeats } from '#server/adapters/store/worker-heartbeats.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Log } from '#server/ports/log.ts';

const BEAT_EVERY_MS = 2_000;
/** Other workers take over the pairs of one that was silent for longer (10 s in all). */
const FRESH_FOR_MS = 6_000;

export interface Heartbeat {
  /** False = the control database has not answered for a while. */
  isFresh(): boolean;
  stop(): Promise<void>;
}

/** Tells the other workers that this one lives. */
export function startHeartbeat(o: {
  workerId: string;
  rows: WorkerHeartbeats;
  clock: Clock;
  log: Log;
}): Heartbeat {
  const stopped = new AbortController();
  let lastBeatMs = Number.NEGATIVE_INFINITY;
  const loop = async () => {
    while (!stopped.signal.aborted) {
      try {
        await o.rows.beat(o.workerId);
        lastBeatMs = o.clock.monotonicMs();
      } catch (error) {
        o.log.warn({ err: error }, 'heartbeat failed');
      }
      await o.clock.sleep(BEAT_EVERY_MS, stopped.signal).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    isFresh: () => o.clock.monotonicMs() - lastBeatMs < FRESH_FOR_MS,
    stop: async () => {
      stopped.abort();
      await running;
      await o.rows
        .remove(o.workerId)
        .catch((error: unknown) => o.log.warn({ err: error }, 'heartbeat not removed'));
    },
  };
}
