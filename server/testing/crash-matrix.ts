import { stepsOf, type Operation } from '#server/engine/define-operation.ts';
import {
  FAULT_POINTS,
  SimulatedCrash,
  type FaultPoint,
  type FaultPoints,
} from '#server/engine/fault-points.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { registerOperation, workOnOperation } from '#server/engine/work-on-operation.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Json, StoredOperation } from '#server/ports/operation-store.ts';
import { MemoryStore } from './memory-store.ts';
import { TestClock } from './test-clock.ts';

/** What may happen to a run at one point of one step. */
export type Fault = 'crash' | 'cancel' | 'failure';

export interface Cell {
  step: string;
  direction: 'forward' | 'undo';
  point: FaultPoint;
  fault: Fault;
}

/** One operation with a way to make its world anew and to compare worlds. */
export interface MatrixSubject<W, O, I> {
  operation: Operation<W, O, I>;
  input: Json;
  makeWorld: (clock: TestClock) => W & { close(): Promise<void> };
  /** Everything that must be equal: the world as plain data. */
  snapshot: (world: W) => unknown;
  /** How often each effect was applied, by name; for "each effect once". */
  effects: (world: W) => Record<string, number>;
  /** What a person mends when asked; then an undo that failed is asked for again. */
  mend?: (world: W) => void;
}

export interface CellOutcome {
  operation: StoredOperation;
  before: unknown;
  after: unknown;
  effects: Record<string, number>;
  crashes: number;
  /** The fault really happened: a step that found its effect done has no effect to crash after. */
  fired: boolean;
  /** A person was asked: behind the point of no return or about an addition, and chose to go on. */
  asked: boolean;
}

/** All cells of an operation: every step × point × fault, and every undo × point × crash. */
export function cellsOf<W, O, I>(subject: MatrixSubject<W, O, I>): Cell[] {
  const input = subject.operation.parseInput(subject.input);
  const { steps, pointOfNoReturn } = stepsOf(subject.operation, input);
  const cells: Cell[] = [];
  for (const [index, step] of steps.entries()) {
    const undoable = pointOfNoReturn === null || index < pointOfNoReturn;
    for (const point of FAULT_POINTS) {
      if (point === 'after-effect' && step.kind !== 'mutation') continue;
      for (const fault of ['crash', 'cancel', 'failure'] as const) {
        cells.push({ step: step.name, direction: 'forward', point, fault });
      }
      if (undoable && step.kind === 'mutation' && 'do' in step.undo) {
        cells.push({ step: step.name, direction: 'undo', point, fault: 'crash' });
      }
    }
  }
  return cells;
}

/** Runs one cell to the end with as many workers as crash. A null cell is the undisturbed run. */
export async function runCell<W, O, I>(
  subject: MatrixSubject<W, O, I>,
  cell: Cell | null,
): Promise<CellOutcome> {
  const clock = new TestClock();
  const store = new MemoryStore(clock);
  const world = subject.makeWorld(clock);
  const input = subject.operation.parseInput(subject.input);
  const before = structuredClone(subject.snapshot(world));
  const extras = { gates: [], confirmation: null, outageMs: 0, networkBytes: null, madeAtMs: 0 };
  const plan = await makePlan(subject.operation, { world, input }, extras);
  const { kind, version } = subject.operation;
  await store.create({
    id: 'op',
    kind,
    version,
    plan,
    pairId: null,
    serverId: null,
    input: subject.input,
    startedBy: 'test',
    idempotencyKey: null,
    locks: ['node'],
  });
  const faults = new PlannedFault(cell, lastUndoable(plan), store);
  const additions = stepsOf(subject.operation, input).steps.filter((step) => step.addition === true);
  let crashes = 0;
  let asked = false;
  for (let worker = 1; worker <= 12; worker += 1) {
    try {
      const deps = {
        store,
        clock,
        faults,
        workerId: `worker-${worker}`,
        // What a worker knows by the world it opened dies with it.
        find: () => registerOperation(subject.operation, () => Promise.resolve(new Proxy(world, {}))),
      };
      const took = await workOnOperation(deps, new AbortController().signal, 'op');
      const state = await store.load('op');
      const asks = state?.status === 'needs-attention' && !asked;
      const goesOn = state?.committed === true || (additions.length > 0 && cell?.direction === 'forward');
      if (asks && (goesOn || additions.length > 0 || subject.mend !== undefined)) {
        asked = true;
        subject.mend?.(world);
        await store.decide('op', goesOn ? 'running' : 'undoing');
      } else if (!took) break;
    } catch (thrown) {
      if (!(thrown instanceof SimulatedCrash)) throw thrown;
      crashes += 1;
      await clock.sleep(20_000);
    }
  }
  const operation = await store.load('op');
  if (operation === null) throw new Error('the operation is gone');
  return {
    operation,
    before,
    after: structuredClone(subject.snapshot(world)),
    effects: subject.effects(world),
    crashes,
    fired: faults.fired,
    asked,
  };
}

function lastUndoable({ steps, pointOfNoReturn }: Plan): string {
  return steps[(pointOfNoReturn ?? steps.length) - 1]?.name ?? '';
}

/** Fires once. For an undo cell the run is first turned round by a failure at its last step that can be undone. */
class PlannedFault implements FaultPoints {
  fired = false;
  readonly #cell: Cell | null;
  readonly #turnAt: string;
  readonly #store: MemoryStore;

  constructor(cell: Cell | null, turnAt: string, store: MemoryStore) {
    this.#cell = cell;
    this.#turnAt = turnAt;
    this.#store = store;
  }

  async hit(o: { step: string; direction: 'forward' | 'undo'; point: FaultPoint }): Promise<void> {
    const cell = this.#cell;
    if (cell === null) return;
    if (
      cell.direction === 'undo' &&
      o.direction === 'forward' &&
      o.step === this.#turnAt &&
      o.point === 'before-finish-record'
    ) {
      throw new AppError('COMMAND_FAILED', { message: 'turned round by the test' });
    }
    if (this.fired || o.step !== cell.step || o.direction !== cell.direction || o.point !== cell.point)
      return;
    this.fired = true;
    switch (cell.fault) {
      case 'crash':
        throw new SimulatedCrash(`${o.direction} ${o.step} ${o.point}`);
      case 'failure':
        throw new AppError('COMMAND_FAILED', { message: 'failed by the test' });
      case 'cancel':
        await this.#store.requestCancel('op').catch((e: unknown) => {
          if (!(e instanceof AppError && e.code === 'OPERATION_NOT_IN_STATE')) throw e;
        });
    }
  }
}
