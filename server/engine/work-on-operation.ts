import { AppError } from '#server/errors/app-error.ts';
import type { OperationStore } from '#server/ports/operation-store.ts';
import { assertWellFormed } from './assert-well-formed.ts';
import type { Operation } from './define-operation.ts';
import { runOperation, type EngineDeps, type OpenWorld } from './run-operation.ts';

export const LEASE_MS = 15_000;
const HEARTBEAT_MS = 5_000;
const CANCEL_POLL_MS = 500;

/** An operation together with how its world is opened; the types inside are closed over. */
export interface RegisteredOperation {
  kind: string;
  run: (
    deps: EngineDeps,
    claimed: Parameters<typeof runOperation>[3],
    signals: Parameters<typeof runOperation>[4],
  ) => Promise<unknown>;
}

/** Puts a definition and its world together; throws ASSERTION when the table is not well formed. */
export function registerOperation<W, O, I>(
  operation: Operation<W, O, I>,
  openWorld: OpenWorld<W>,
): RegisteredOperation {
  assertWellFormed(operation);
  return {
    kind: operation.kind,
    run: (deps, claimed, signals) => runOperation(deps, operation, openWorld, claimed, signals),
  };
}

/** Finds an operation's definition; null when this version of Tandem does not know it. */
export type FindOperation = (kind: string) => RegisteredOperation | null;

/**
 * Claims one operation (any claimable one without an id) and runs it under a lease that is kept
 * alive. Answers false when there was nothing to take. A lost lease aborts everything it started.
 */
export async function workOnOperation(
  deps: EngineDeps & { find: FindOperation; workerId: string },
  signal: AbortSignal,
  operationId?: string,
): Promise<boolean> {
  const claimed = await deps.store.claim(deps.workerId, LEASE_MS, operationId);
  if (claimed === null) return false;
  const { lease } = claimed;
  const operation = deps.find(claimed.operation.kind);
  if (operation === null) {
    await deps.store.patch(lease, {
      status: 'needs-attention',
      problem: unknownKind(claimed.operation.kind),
    });
    return true;
  }
  const lost = new AbortController();
  const cancel = new AbortController();
  const ended = new AbortController();
  const worker = AbortSignal.any([signal, lost.signal]);
  const guards = [
    keepLease(deps, lease, lost, ended.signal),
    watchCancel(deps.store, deps, lease.operationId, cancel, ended.signal),
  ];
  try {
    await operation.run(deps, claimed, { worker, cancel: cancel.signal });
  } catch (thrown) {
    if (!signal.aborted && !(thrown instanceof AppError && thrown.code === 'LEASE_LOST')) throw thrown;
  } finally {
    ended.abort();
    await Promise.all(guards);
    if (!lost.signal.aborted) await deps.store.release(lease).catch(() => undefined);
  }
  return true;
}

async function keepLease(
  deps: { store: OperationStore; clock: EngineDeps['clock'] },
  lease: { operationId: string; token: bigint },
  lost: AbortController,
  ended: AbortSignal,
): Promise<void> {
  let goodUntilMs = deps.clock.monotonicMs() + LEASE_MS;
  while (!ended.aborted) {
    await deps.clock.sleep(HEARTBEAT_MS, ended).catch(() => undefined);
    if (ended.aborted) return;
    const sentAtMs = deps.clock.monotonicMs();
    const answer = await deps.store.heartbeat(lease, LEASE_MS).catch(() => null);
    if (answer === true) goodUntilMs = sentAtMs + LEASE_MS;
    // Without the control database nobody can know; past the lease another worker may hold it.
    if (answer === false || deps.clock.monotonicMs() >= goodUntilMs) {
      lost.abort(new AppError('LEASE_LOST', { message: 'another worker may have taken the operation' }));
      return;
    }
  }
}

async function watchCancel(
  store: OperationStore,
  deps: { clock: EngineDeps['clock'] },
  id: string,
  cancel: AbortController,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    await deps.clock.sleep(CANCEL_POLL_MS, ended).catch(() => undefined);
    if (ended.aborted) return;
    if (await store.isCancelRequested(id).catch(() => false)) {
      cancel.abort(new AppError('CANCELLED', { message: 'cancelled by a person' }));
      return;
    }
  }
}

function unknownKind(kind: string): ReturnType<AppError['toProblem']> {
  return new AppError('PLAN_MISMATCH', {
    message: `this version of Tandem does not know operations of kind ${kind}`,
    hint: 'Finish it with the version that started it, or close it with a note.',
  }).toProblem();
}
