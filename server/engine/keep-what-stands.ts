import type { Problem } from '#server/errors/app-error.ts';
import type { OperationPatch, StoredOperation } from '#server/ports/operation-store.ts';

/** Marks the problem of an addition that failed, so that the next owner of the run undoes no more than additions. */
const MARK = 'keepsWhatStands';

/** The problem with the mark. */
export function keeping(problem: Problem): Problem {
  return { ...problem, data: { ...problem.data, [MARK]: true } };
}

/** True while additions are being undone after one of them failed. */
export function isKeeping(problem: Problem | null): boolean {
  return problem?.data?.[MARK] === true;
}

/**
 * All additions are undone: a person decides between trying them once more, going without them, and undoing
 * everything. The mark is taken off, so that the last one is not stopped by it.
 */
export function asksAgain({ cursor, problem }: StoredOperation): OperationPatch {
  if (problem === null) return { status: 'needs-attention' };
  const data = Object.fromEntries(Object.entries(problem.data ?? {}).filter(([key]) => key !== MARK));
  return { status: 'needs-attention', cursor: cursor + 1, problem: { ...problem, data } };
}
