import type { LossOutcome } from '#server/domain/loss-record.ts';
import type { OperationView, StepState, StepView } from '#server/domain/operation-view.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import type { StoredAttempt, StoredOperation } from '#server/ports/operation-store.ts';
import { changeOf, outageOf, routesOf } from './change-facts.ts';
import { factOf } from './step-facts.ts';

/** What the run page shows of a stored operation; pure. */
export function operationView(
  o: StoredOperation,
  nowMs: number,
  loss: LossOutcome | null = null,
): OperationView {
  const workerAlive = o.leaseExpiresAtMs !== null && o.leaseExpiresAtMs > nowMs;
  const open = o.status === 'queued' || o.status === 'running';
  const asks = o.status === 'needs-attention';
  return {
    id: o.id,
    kind: o.kind,
    title: o.plan.title,
    status: o.status,
    pairId: o.pairId,
    serverId: o.serverId,
    startedBy: o.startedBy,
    createdAtMs: o.createdAtMs,
    startedAtMs: o.startedAtMs,
    finishedAtMs: o.finishedAtMs,
    plan: o.plan,
    steps: o.plan.steps.map((step) => stepView(o, step.name, workerAlive)),
    committed: o.committed,
    cancelRequested: o.cancelRequested,
    problem: o.problem,
    note: o.note,
    allowed: {
      cancel: open && !o.committed && !o.cancelRequested,
      retry: asks,
      undo: asks && !o.committed,
      close: asks,
    },
    workerAlive,
    outage: outageOf(o),
    change: changeOf(o),
    loss,
    routes: routesOf(o),
  };
}

function stepView(o: StoredOperation, name: string, workerAlive: boolean): StepView {
  const own = o.attempts.filter((a) => a.stepName === name);
  const last = own.at(-1);
  if (last === undefined) return { ...UNTOUCHED, name, state: isTerminal(o.status) ? 'skipped' : 'waiting' };
  const forward = own.findLast((a) => a.direction === 'forward');
  const output = forward?.output ?? null;
  return {
    name,
    state: stateOf(last, o, workerAlive),
    attempt: last.attempt,
    startedAtMs: last.startedAtMs,
    finishedAtMs: last.finishedAtMs,
    fact: output === null ? null : factOf(o.kind, name, output),
    progress: forward?.progress ?? null,
    problem: last.problem,
  };
}

const UNTOUCHED = {
  attempt: 0,
  startedAtMs: null,
  finishedAtMs: null,
  fact: null,
  progress: null,
  problem: null,
} as const satisfies Omit<StepView, 'name' | 'state'>;

function stateOf(last: StoredAttempt, o: StoredOperation, workerAlive: boolean): StepState {
  switch (last.status) {
    case 'started':
      if (!workerAlive) return 'verifying';
      return last.direction === 'undo' ? 'undoing' : 'running';
    case 'interrupted':
      return isTerminal(o.status) ? 'skipped' : 'verifying';
    case 'failed':
      return 'failed';
    case 'already-done':
      return last.direction === 'undo' ? 'undone' : 'already-done';
    case 'done':
      return last.direction === 'undo' ? 'undone' : 'done';
  }
}
