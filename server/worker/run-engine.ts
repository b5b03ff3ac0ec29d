import { workOnOperation, type FindOperation } from '#server/engine/work-on-operation.ts';
import type { EngineDeps } from '#server/engine/run-operation.ts';
import type { Log } from '#server/ports/log.ts';
import type { WorkQueue } from '#server/ports/work-queue.ts';

/** Operations that one worker runs side by side. */
const SIDE_BY_SIDE = 16;
/** The sweep finds what no wake told of: leases that ran out, wakes that were lost. */
const SWEEP_EVERY_MS = 2_000;

/** Runs operations: at once when woken, and by a sweep. Resolves when the signal ended and all stopped. */
export async function runEngine(
  deps: EngineDeps & {
    find: FindOperation;
    workerId: string;
    queue: WorkQueue;
    log: Log;
    /** Hears of new operations sooner than the queue delivers them, and may miss some. */
    hear: (look: (operationId: string) => void) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const running = new Map<string, Promise<void>>();
  const look = (id: string): void => {
    if (signal.aborted || running.has(id) || running.size >= SIDE_BY_SIDE) return;
    const work = workOnOperation(deps, signal, id)
      .then(() => undefined)
      .catch((error: unknown) =>
        deps.log.error({ err: error, operationId: id }, 'operation stopped unexpectedly'),
      )
      .finally(() => running.delete(id));
    running.set(id, work);
  };
  deps.hear(look);
  await deps.queue.onWake((id) => {
    look(id);
    return Promise.resolve();
  });
  while (!signal.aborted) {
    try {
      for (const id of await deps.store.findClaimable()) look(id);
    } catch (error) {
      deps.log.warn({ err: error }, 'operations not read');
    }
    await deps.clock.sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
  }
  await Promise.all(running.values());
}
