import type { StoredOperation } from '#server/ports/operation-store.ts';
import { stepsOf, type Operation } from './define-operation.ts';

/** True when the code's steps are the approved plan's steps, in kind, version, order and kind of step. */
export function planHashMatches<W, O, I>(
  operation: Operation<W, O, I>,
  input: I,
  stored: StoredOperation,
): boolean {
  if (operation.kind !== stored.kind || operation.version !== stored.version) return false;
  const { steps, pointOfNoReturn } = stepsOf(operation, input);
  if (pointOfNoReturn !== stored.plan.pointOfNoReturn) return false;
  return (
    steps.length === stored.plan.steps.length &&
    steps.every((s, i) => s.name === stored.plan.steps[i]?.name && s.kind === stored.plan.steps[i]?.kind)
  );
}
