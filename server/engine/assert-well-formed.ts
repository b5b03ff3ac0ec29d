import { AppError } from '#server/errors/app-error.ts';
import { POINT_OF_NO_RETURN, type Operation } from './define-operation.ts';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Throws ASSERTION when the table breaks a rule that types cannot express. Run at worker start. */
export function assertWellFormed<W, O, I>(operation: Operation<W, O, I>): void {
  const fail = (why: string): never => {
    throw new AppError('ASSERTION', { message: `operation ${operation.kind} is not well formed: ${why}` });
  };
  const at = operation.steps.indexOf(POINT_OF_NO_RETURN);
  if (!KEBAB.test(operation.kind)) fail('its kind is not kebab-case');
  if (operation.steps.filter((s) => s === POINT_OF_NO_RETURN).length > 1) fail('two points of no return');
  const names = new Set<string>();
  let added = false;
  operation.steps.forEach((step, i) => {
    if (step === POINT_OF_NO_RETURN) return;
    if (!KEBAB.test(step.name)) fail(`step name ${step.name} is not kebab-case`);
    if (names.has(step.name)) fail(`two steps are called ${step.name}`);
    names.add(step.name);
    if (added && step.addition !== true) fail(`${step.name} is no addition, but stands behind one`);
    added = step.addition === true;
    const behind = at !== -1 && i > at;
    if (behind && step.kind === 'mutation' && 'do' in step.undo)
      fail(`${step.name} has an undo behind the point of no return`);
  });
}
