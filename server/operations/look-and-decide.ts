import type { Plan } from '#server/domain/plan.ts';
import {
  defineOperation,
  type Operation,
  type ReadStep,
  type StepContext,
} from '#server/engine/define-operation.ts';
import type { Json } from '#server/ports/operation-store.ts';

/** A plan, and the input of the operation that carries it out. */
export interface Decided {
  plan: Plan;
  input: object;
}

interface Looks<W, I> extends Pick<Operation<W, null, I>, 'kind' | 'title' | 'parseInput'> {
  explain: ReadStep<W, I>['explain'];
  server?: ReadStep<W, I>['server'];
  expectedMs: number;
  timeoutMs: number;
  decide: (c: StepContext<W, I>) => Promise<Decided>;
}

/** An operation that reads only: it looks at servers, and its one output is a plan. */
export function lookAndDecide<W, I>(o: Looks<W, I>): Operation<W, null, I> {
  return defineOperation<W, null, I>({
    kind: o.kind,
    version: 1,
    title: o.title,
    parseInput: o.parseInput,
    observe: () => Promise.resolve(null),
    steps: [
      {
        kind: 'read',
        name: 'look-and-decide',
        group: 'reads',
        server: o.server ?? (() => null),
        explain: o.explain,
        expectedMs: () => o.expectedMs,
        timeoutMs: o.timeoutMs,
        // As it will be read back: what is undefined is not there.
        read: async (c) => JSON.parse(JSON.stringify(await o.decide(c))) as Json,
      },
    ],
  });
}
