import { describe, expect, it } from 'vitest';
import { OPERATION_STATUSES, type OperationStatus } from '#server/domain/operation-view.ts';
import { isTerminal, mayMove } from '#server/domain/status-transitions.ts';
import { sameText } from '#server/domain/text.ts';
import type { StoredAttempt, StoredOperation } from '#server/ports/operation-store.ts';
import { operationView } from './operation-view.ts';

const NOW_MS = 100_000;

function attempt(o: Partial<StoredAttempt>): StoredAttempt {
  return {
    id: '1',
    stepName: 'one',
    direction: 'forward',
    attempt: 1,
    status: 'started',
    startedAtMs: 1,
    finishedAtMs: null,
    remembered: null,
    progress: null,
    output: null,
    problem: null,
    ...o,
  };
}

function operation(o: Partial<StoredOperation> = {}): StoredOperation {
  const step = {
    kind: 'mutation' as const,
    group: 'changes-primary' as const,
    server: null,
    explain: sameText('do it'),
    undo: null,
    undoReason: null,
    actions: [],
    expectedMs: null,
  };
  return {
    id: 'o',
    kind: 'toy',
    version: 1,
    planHash: 'h',
    plan: {
      operation: 'toy',
      title: sameText('Toy'),
      hash: 'h',
      steps: [
        { ...step, name: 'one' },
        { ...step, name: 'two' },
      ],
      pointOfNoReturn: null,
      gates: [],
      confirmation: null,
      outageMs: 0,
      networkBytes: null,
      expectedMs: null,
      madeAtMs: 0,
    },
    pairId: null,
    serverId: null,
    input: {},
    status: 'running',
    cursor: 0,
    committed: false,
    leaseToken: 1n,
    leaseExpiresAtMs: NOW_MS + 10_000,
    cancelRequested: false,
    startedBy: 'Ada',
    problem: null,
    note: null,
    createdAtMs: 0,
    startedAtMs: 1,
    finishedAtMs: null,
    attempts: [],
    ...o,
  };
}

const stateOf = (o: Partial<StoredOperation>, step = 0) =>
  operationView(operation(o), NOW_MS).steps[step]?.state;
const DEAD = { leaseExpiresAtMs: NOW_MS - 1 };

describe('what the run page shows of a step', () => {
  it('is running only while a worker holds the lease; else it is being verified', () => {
    const attempts = [attempt({ status: 'started' })];
    expect(stateOf({ attempts })).toBe('running');
    expect(stateOf({ attempts, ...DEAD })).toBe('verifying');
    expect(stateOf({ attempts, leaseExpiresAtMs: null })).toBe('verifying');
    expect(operationView(operation(DEAD), NOW_MS).workerAlive).toBe(false);
  });

  it('tells doing from undoing, done from found done', () => {
    expect(stateOf({ attempts: [attempt({ status: 'done' })] })).toBe('done');
    expect(stateOf({ attempts: [attempt({ status: 'already-done' })] })).toBe('already-done');
    expect(stateOf({ attempts: [attempt({ status: 'failed' })] })).toBe('failed');
    expect(stateOf({ attempts: [attempt({ direction: 'undo' })] })).toBe('undoing');
    expect(stateOf({ attempts: [attempt({ direction: 'undo', status: 'done' })] })).toBe('undone');
    expect(stateOf({ attempts: [attempt({ direction: 'undo', status: 'already-done' })] })).toBe('undone');
  });

  it('is waiting while its turn may come, and skipped when the run is over without it', () => {
    expect(stateOf({}, 1)).toBe('waiting');
    expect(stateOf({ status: 'undone' }, 1)).toBe('skipped');
  });

  it('goes by the newest attempt', () => {
    const attempts = [attempt({ status: 'interrupted' }), attempt({ id: '2', attempt: 2, status: 'done' })];
    expect(operationView(operation({ attempts }), NOW_MS).steps[0]).toMatchObject({
      state: 'done',
      attempt: 2,
    });
  });
});

describe('what a person may do', () => {
  it.each(OPERATION_STATUSES)('is only what the status machine allows from %s', (status) => {
    const { allowed } = operationView(operation({ status }), NOW_MS);
    const to: [boolean, OperationStatus][] = [
      [allowed.retry, 'running'],
      [allowed.undo, 'undoing'],
      [allowed.close, 'closed'],
    ];
    for (const [may, target] of to)
      if (may) expect([target, mayMove(status, target)]).toEqual([target, true]);
    if (isTerminal(status)) expect(Object.values(allowed)).toEqual(Object.values(allowed).map(() => false));
    // Whatever waits for a person offers at least one way on.
    if (status === 'needs-attention') expect(allowed).toMatchObject({ retry: true, undo: true, close: true });
  });

  it('is not to cancel or undo behind the point of no return, nor to cancel twice', () => {
    const allowed = (o: Partial<StoredOperation>) => operationView(operation(o), NOW_MS).allowed;
    expect(allowed({}).cancel).toBe(true);
    expect(allowed({ committed: true }).cancel).toBe(false);
    expect(allowed({ cancelRequested: true }).cancel).toBe(false);
    expect(allowed({ status: 'needs-attention', committed: true })).toMatchObject({
      retry: true,
      undo: false,
    });
  });
});
