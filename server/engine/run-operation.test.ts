import { describe, expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import type { Text } from '#server/domain/plan.ts';
import { defineOperation, POINT_OF_NO_RETURN, RETRY, type MutationStep } from './define-operation.ts';

interface Toy {
  switches: Record<string, boolean>;
  applied: Record<string, number>;
  close(): Promise<void>;
}

const text = (en: string): Text => ({ en, de: en });

const flip = (name: string, undoable = true): MutationStep<Toy, null, null> => ({
  kind: 'mutation',
  name,
  group: 'changes-primary',
  server: () => 'a',
  explain: () => text(`flip ${name}`),
  needs: [],
  isDone: ({ world }) => Promise.resolve(world.switches[name] === true ? 'done' : 'not-done'),
  do: ({ world }) => {
    world.switches[name] = true;
    world.applied[name] = (world.applied[name] ?? 0) + 1;
    return Promise.resolve();
  },
  undo: undoable
    ? {
        explain: () => text(`flip ${name} back`),
        isDone: ({ world }) => Promise.resolve(world.switches[name] === true ? 'not-done' : 'done'),
        do: ({ world }) => {
          delete world.switches[name];
          return Promise.resolve();
        },
      }
    : { nothing: text('it stays') },
  timeouts: { doMs: 1000, settleMs: 1000 },
  retry: RETRY.never,
});

const subject: MatrixSubject<Toy, null, null> = {
  operation: defineOperation<Toy, null, null>({
    kind: 'toy',
    version: 1,
    title: () => text('toy'),
    parseInput: () => null,
    observe: () => Promise.resolve(null),
    steps: [flip('one'), flip('two'), POINT_OF_NO_RETURN, flip('three', false), flip('four', false)],
  }),
  input: null,
  makeWorld: () => ({ switches: {}, applied: {}, close: () => Promise.resolve() }),
  snapshot: (w) => w.switches,
  effects: (w) => w.applied,
};

describe('the engine', () => {
  it('reaches the end of an undisturbed run with each effect applied once', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.status).toBe('succeeded');
    expect(r.effects).toEqual({ one: 1, two: 1, three: 1, four: 1 });
  });

  const cells = cellsOf(subject);
  it.each(cells)('ends in a known state after $fault at $direction $step $point', async (cell) => {
    const r = await runCell(subject, cell);
    const behind = cell.step === 'three' || cell.step === 'four';
    if (cell.direction === 'undo') {
      expect(r.operation.status).toBe('undone');
      expect(r.after).toEqual(r.before);
      return;
    }
    if (cell.fault === 'crash' || (behind && cell.fault === 'cancel')) {
      expect(r.operation.status).toBe('succeeded');
      expect(r.effects).toEqual({ one: 1, two: 1, three: 1, four: 1 });
      expect(r.crashes).toBe(cell.fault === 'crash' ? 1 : 0);
    } else if (behind) {
      // Behind the point of no return nothing is undone: the run asks, and goes on when a person says so.
      expect(r.asked).toBe(true);
      expect(r.operation.status).toBe('succeeded');
    } else {
      expect(r.operation.status).toBe('undone');
      expect(r.after).toEqual(r.before);
    }
  });
});

/** Three and four are worth nothing without one and two, which stand without them. */
const withAdditions: MatrixSubject<Toy, null, null> = {
  ...subject,
  operation: {
    ...subject.operation,
    steps: [
      flip('one'),
      flip('two'),
      { ...flip('three'), addition: true },
      { ...flip('four'), addition: true },
    ],
  },
};

const notDone = () => Promise.resolve('not-done' as const);
const refuses = () => Promise.reject(new AppError('GATE_FAILED', { message: 'no' }));
const broken: typeof withAdditions = {
  ...withAdditions,
  operation: {
    ...withAdditions.operation,
    steps: [...withAdditions.operation.steps.slice(0, 3), { ...flip('four'), addition: true, do: refuses }],
  },
};
/** The direction alone counts: it says what a person chooses who is asked. */
const NO_FAULT = { step: 'none', point: 'after-effect', fault: 'failure' } as const;

describe('an addition', () => {
  it.each(cellsOf(withAdditions))('keeps its promises after $fault at $direction $step $point', (cell) =>
    expectPromises(withAdditions, cell),
  );

  it('that cannot be made is taken back, keeps what it was added to, and asks', async () => {
    const r = await runCell(broken, { ...NO_FAULT, direction: 'forward' });
    expect(r.asked).toBe(true);
    expect(r.operation.status).toBe('needs-attention');
    expect(r.operation.problem).toEqual({ code: 'GATE_FAILED', message: 'no', data: {} });
    expect(r.operation.cursor).toBe(2);
    expect(r.after).toEqual({ one: true, two: true });
  });

  it('that cannot be taken back either does not send a person to undo everything', async () => {
    const undo = { explain: () => text('Flip it'), isDone: notDone, do: refuses };
    const steps = [
      ...broken.operation.steps.slice(0, 2),
      { ...flip('three'), addition: true as const, undo },
      ...broken.operation.steps.slice(3),
    ];
    const s: typeof broken = { ...broken, operation: { ...broken.operation, steps } };
    const r = await runCell(s, { ...NO_FAULT, direction: 'forward' });
    expect(r.operation.problem?.code).toBe('UNDO_FAILED');
    expect(r.operation.problem?.hint).toContain('choose Retry');
  });

  it('that cannot be made does not stop a person from undoing everything', async () => {
    const r = await runCell(broken, { ...NO_FAULT, direction: 'undo' });
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });
});
