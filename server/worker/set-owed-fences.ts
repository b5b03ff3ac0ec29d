import { AppError, toAppError } from '#server/errors/app-error.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { fenceNode } from '#server/operations/fence-node/fence-node.ts';
import type { Clock, Ids } from '#server/ports/clock.ts';
import type { Fences, OwedFence } from '#server/ports/fences.ts';
import type { Log } from '#server/ports/log.ts';
import type { OperationStore } from '#server/ports/operation-store.ts';
import type { WakeSender } from '#server/ports/work-queue.ts';

/** An old primary that comes back is writable until its fence is set: looked for at this pace. */
const EVERY_MS = 1_000;
const KNOCK_MS = 1_500;

export interface FenceDeps {
  clock: Clock;
  ids: Ids;
  fences: Fences;
  store: OperationStore;
  queue: WakeSender;
  log: Log;
  /** Resolves when the host answers over SSH. */
  reach: (serverId: string, signal: AbortSignal) => Promise<unknown>;
  /** Only one worker of many tries. */
  isMine: (pairId: string) => Promise<boolean>;
  /** Another operation is bringing the node back: it fences by itself. */
  isRejoining: (pairId: string) => Promise<boolean>;
}

/** Sets every fence that is owed as soon as its host is back; what must not be set becomes a conflict. */
export async function setOwedFences(deps: FenceDeps, signal: AbortSignal): Promise<void> {
  const runs = new Map<string, string>();
  while (!signal.aborted) {
    try {
      for (const fence of await deps.fences.pending()) {
        if (await deps.isMine(fence.pairId)) await tryFence(deps, fence, runs, signal);
      }
    } catch (thrown) {
      if (!signal.aborted) deps.log.warn({ err: toAppError(thrown) }, 'owed fences not looked at');
    }
    await deps.clock.sleep(EVERY_MS, signal).catch(() => undefined);
  }
}

async function tryFence(
  deps: FenceDeps,
  fence: OwedFence,
  runs: Map<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const running = runs.get(fence.id);
  if (running !== undefined && !(await isOver(deps, fence, running, runs))) return;
  if ((await deps.fences.pending()).every((f) => f.id !== fence.id)) return;
  if (await deps.isRejoining(fence.pairId)) return;
  const input = fenceNode.parseInput(fence.input);
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(KNOCK_MS)]);
  const reached = await deps.reach(input.oldPrimary.serverId, inTime).then(
    () => true,
    () => false,
  );
  if (!reached) return;
  try {
    runs.set(fence.id, await start(deps, fence));
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.code === 'OPERATION_ALREADY_RUNNING')) throw thrown;
  }
}

/** False = it still runs. A refusal by the look at both nodes is for a person to decide. */
async function isOver(
  deps: FenceDeps,
  fence: OwedFence,
  operationId: string,
  runs: Map<string, string>,
): Promise<boolean> {
  const run = await deps.store.load(operationId);
  if (run === null) {
    runs.delete(fence.id);
    return true;
  }
  const asks = run.status === 'needs-attention';
  if (!asks && !isTerminal(run.status)) return false;
  if (!asks) runs.delete(fence.id);
  const { problem } = run;
  if (problem !== null && (asks || problem.data?.['gate'] === 'other-took-over'))
    await deps.fences.conflict(fence.id, problem.detail ?? problem.message);
  return true;
}

async function start(deps: FenceDeps, fence: OwedFence): Promise<string> {
  const input = fenceNode.parseInput(fence.input);
  const plan = await makePlan(
    fenceNode,
    { world: undefined as never, input },
    { gates: [], confirmation: null, outageMs: 0, networkBytes: 0, madeAtMs: deps.clock.nowMs() },
  );
  const { id } = await deps.store.create({
    id: deps.ids.newId(),
    kind: fenceNode.kind,
    version: fenceNode.version,
    plan,
    pairId: fence.pairId,
    serverId: null,
    input,
    startedBy: 'Tandem',
    idempotencyKey: null,
    // Not the instance's own lock: a failover that waits for a person must not keep the fence from being set.
    locks: [`fence:${fence.instanceId}`],
  });
  await deps.queue.wake(id);
  return id;
}
