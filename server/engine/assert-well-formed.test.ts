import { describe, expect, it } from 'vitest';
import { sameText } from '#server/domain/text.ts';
import { assertWellFormed } from './assert-well-formed.ts';
import { POINT_OF_NO_RETURN, RETRY, type MutationStep, type Operation } from './define-operation.ts';

type Toy = Operation<null, null, null>;

function step(name: string, undoable = false): MutationStep<null, null, null> {
  return {
    kind: 'mutation',
    name,
    group: 'changes-primary',
    server: () => null,
    explain: () => sameText(name),
    needs: [],
    isDone: () => Promise.resolve('done'),
    do: () => Promise.resolve(),
    undo: undoable
      ? {
          explain: () => sameText('back'),
          isDone: () => Promise.resolve('done'),
          do: () => Promise.resolve(),
        }
      : { nothing: sameText('stays') },
    timeouts: { doMs: 1, settleMs: 1 },
    retry: RETRY.never,
  };
}

const operation = (steps: Toy['steps'], kind = 'toy'): Toy => ({
  kind,
  version: 1,
  title: () => sameText('toy'),
  parseInput: () => null,
  observe: () => Promise.resolve(null),
  steps,
});

describe('a table of steps', () => {
  it('is accepted with undo before the point of no return and none behind it', () => {
    assertWellFormed(operation([step('one', true), POINT_OF_NO_RETURN, step('two')]));
    assertWellFormed(operation([step('one', true), step('two', true)]));
  });

  it.each<[string, Toy]>([
    ['two steps are called one', operation([step('one'), step('one')])],
    ['two points of no return', operation([POINT_OF_NO_RETURN, step('one'), POINT_OF_NO_RETURN])],
    ['one has an undo behind the point of no return', operation([POINT_OF_NO_RETURN, step('one', true)])],
    [
      'two is no addition, but stands behind one',
      operation([{ ...step('one', true), addition: true }, step('two', true)]),
    ],
    ['step name OneTwo is not kebab-case', operation([step('OneTwo')])],
    ['its kind is not kebab-case', operation([step('one')], 'Toy kind')],
  ])('is refused: %s', (why, table) => {
    expect(() => assertWellFormed(table)).toThrow(why);
  });
});
