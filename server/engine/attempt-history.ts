import type { Json, StoredAttempt } from '#server/ports/operation-store.ts';

/**
 * Reads the append-only attempts of one operation. A step's effect is "possibly ours" from the
 * attempt that remembered the state before it, until an undo of the step was finished.
 */

function sinceLastUndo(attempts: readonly StoredAttempt[], step: string): StoredAttempt[] {
  const own = attempts.filter((a) => a.stepName === step);
  const lastUndo = own.findLastIndex(
    (a) => a.direction === 'undo' && (a.status === 'done' || a.status === 'already-done'),
  );
  return own.slice(lastUndo + 1).filter((a) => a.direction === 'forward');
}

/** The state before the step's effect; undefined when the effect cannot have begun. */
export function rememberedBy(attempts: readonly StoredAttempt[], step: string): Json | undefined {
  const first = sinceLastUndo(attempts, step).find((a) => a.remembered !== null);
  return first?.remembered ?? undefined;
}

/** The output of the step's last finished attempt. */
export function outputOf(attempts: readonly StoredAttempt[], step: string): Json | undefined {
  const finished = sinceLastUndo(attempts, step).findLast(
    (a) => a.status === 'done' || a.status === 'already-done',
  );
  return finished?.output ?? undefined;
}

/** How the attempt before the newest one ended; null = there is none since the last undo. */
export function earlierAttempt(
  attempts: readonly StoredAttempt[],
  { stepName, direction }: Pick<StoredAttempt, 'stepName' | 'direction'>,
): 'ended' | 'interrupted' | null {
  const own =
    direction === 'forward'
      ? sinceLastUndo(attempts, stepName)
      : attempts.filter((a) => a.stepName === stepName && a.direction === 'undo');
  const before = own.at(-2);
  if (before === undefined) return null;
  return before.status === 'started' || before.status === 'interrupted' ? 'interrupted' : 'ended';
}
