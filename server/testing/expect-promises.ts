import { expect } from 'vitest';
import { stepsOf } from '#server/engine/define-operation.ts';
import { runCell, type Cell, type CellOutcome, type MatrixSubject } from './crash-matrix.ts';

export interface PromiseOptions {
  /** False where an effect may come again: a request that may be repeated. */
  eachEffectOnce?: boolean;
  /** False where undoing leaves what was kept aside. */
  undoneAsBefore?: boolean;
  /** What the operation promises beyond that, of every outcome. */
  also?: (outcome: CellOutcome) => void;
}

/** The run without a fault is the same for every cell of a subject. */
const undisturbedRuns = new WeakMap<object, Promise<CellOutcome>>();

/**
 * What every operation promises of every cell: after a crash, and behind the point of no return, it ends
 * as if nothing had happened, with each effect once; before that point a failure or a wish to stop leaves
 * the world as it was. A failed addition leaves what it was added to, and is tried again when a person says so.
 */
export async function expectPromises<W, O, I>(
  subject: MatrixSubject<W, O, I>,
  cell: Cell,
  { eachEffectOnce = true, undoneAsBefore = true, also }: PromiseOptions = {},
): Promise<void> {
  const first = undisturbedRuns.get(subject) ?? runCell(subject, null);
  undisturbedRuns.set(subject, first);
  const [undisturbed, r] = [await first, await runCell(subject, cell)];
  const goesOn = cell.fault === 'crash' || isKept(subject, cell) || !r.fired;
  if (cell.direction === 'forward' && goesOn) {
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.crashes).toBe(r.fired && cell.fault === 'crash' ? 1 : 0);
    expect(r.asked).toBe(r.fired && cell.fault === 'failure');
    expect(r.after).toEqual(undisturbed.after);
    // An addition that failed was taken back, and came again when it was tried again.
    if (eachEffectOnce && !(r.asked && !r.operation.committed))
      expect(r.effects).toEqual(undisturbed.effects);
  } else {
    const code = cell.fault === 'cancel' ? 'CANCELLED' : 'COMMAND_FAILED';
    expect(r.operation.problem).toMatchObject({ code });
    expect(r.operation.status).toBe('undone');
    if (undoneAsBefore) expect(r.after).toEqual(r.before);
  }
  also?.(r);
}

/** Behind the point of no return nothing is undone; what an addition was added to outlives its failure. */
function isKept<W, O, I>({ operation, input }: MatrixSubject<W, O, I>, { step, fault }: Cell): boolean {
  const { steps, pointOfNoReturn } = stepsOf(operation, operation.parseInput(input));
  const at = steps.findIndex((s) => s.name === step);
  if (pointOfNoReturn !== null && at >= pointOfNoReturn) return true;
  return fault === 'failure' && steps[at]?.addition === true;
}
