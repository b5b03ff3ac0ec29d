import type { Operation } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import type { Clock, Ids } from '#server/ports/clock.ts';
import type { Json, OperationStore } from '#server/ports/operation-store.ts';
import type { WakeSender } from '#server/ports/work-queue.ts';
import type { Actor } from './services.ts';

export interface StartDeps {
  store: OperationStore;
  queue: WakeSender;
  clock: Clock;
  ids: Ids;
}

/**
 * Starts an operation whose steps explain themselves without looking at a host (probe-host,
 * plan-setup, install-key). Answers its id; the same key lands on the operation that has it.
 */
export async function startOperation<W, O, I extends Json>(
  deps: StartDeps,
  operation: Operation<W, O, I>,
  input: I,
  o: {
    actor: Actor;
    serverId: string | null;
    pairId?: string;
    locks?: string[];
    idempotencyKey: string | null;
    /** Writes down who asked, once per operation and before a worker hears of it. */
    record?: (operationId: string) => Promise<void>;
  },
): Promise<string> {
  // Explaining such steps uses the input alone; a world does not exist in the web process.
  const plan = await makePlan(
    operation,
    { world: undefined as never, input },
    {
      gates: [],
      confirmation: null,
      outageMs: 0,
      networkBytes: null,
      madeAtMs: deps.clock.nowMs(),
    },
  );
  const { id, existed } = await deps.store.create({
    id: deps.ids.newId(),
    kind: operation.kind,
    version: operation.version,
    plan,
    pairId: o.pairId ?? null,
    serverId: o.serverId,
    input,
    startedBy: o.actor.name,
    idempotencyKey: o.idempotencyKey,
    locks: o.locks ?? [],
  });
  if (!existed) await o.record?.(id);
  await deps.queue.wake(id);
  return id;
}
