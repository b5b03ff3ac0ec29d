import type { OperationStatus } from './operation-view.ts';

export interface Transition {
  from: OperationStatus;
  to: OperationStatus;
  on: string;
}

/** The status machine as rows; tested for reachability and exits. */
export const TRANSITIONS = [
  { from: 'queued', to: 'running', on: 'a worker took the lease' },
  { from: 'queued', to: 'cancelled', on: 'cancelled before anything was touched' },
  { from: 'running', to: 'succeeded', on: 'last step done' },
  { from: 'running', to: 'undoing', on: 'failure or cancel before the point of no return' },
  { from: 'running', to: 'needs-attention', on: 'failure behind the point of no return, conflict, or bug' },
  { from: 'undoing', to: 'undone', on: 'all undo steps done' },
  {
    from: 'undoing',
    to: 'needs-attention',
    on: 'an undo failed, or an addition was undone after its failure',
  },
  { from: 'needs-attention', to: 'running', on: 'a person chose to retry' },
  { from: 'needs-attention', to: 'undoing', on: 'a person chose to undo' },
  { from: 'needs-attention', to: 'closed', on: 'a person closed it with a note' },
] as const satisfies readonly Transition[];

export const TERMINAL_STATUSES: readonly OperationStatus[] = ['succeeded', 'undone', 'cancelled', 'closed'];

/** True when nothing will happen to the operation any more. */
export function isTerminal(status: OperationStatus): boolean {
  return TERMINAL_STATUSES.includes(status);
}

/** True when a row allows it. */
export function mayMove(from: OperationStatus, to: OperationStatus): boolean {
  return TRANSITIONS.some((t) => t.from === from && t.to === to);
}
