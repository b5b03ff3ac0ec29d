import type { MarkShape } from '#components/status/severity-table.ts';
import type { OperationStatus, StepState } from '#server/domain/operation-view.ts';

/** How a run's status looks; words are in messages `run.status.<status>`. */
export interface RunLook {
  shape: MarkShape;
  ink: string;
  /** Work goes on by itself. */
  active: boolean;
}

export const OPERATION_LOOK = {
  queued: { shape: 'dashed', ink: 'text-ink-soft', active: true },
  running: { shape: 'gear', ink: 'text-running', active: true },
  undoing: { shape: 'gear', ink: 'text-running', active: true },
  succeeded: { shape: 'tick', ink: 'text-ink', active: false },
  undone: { shape: 'info', ink: 'text-info', active: false },
  cancelled: { shape: 'info', ink: 'text-info', active: false },
  'needs-attention': { shape: 'triangle', ink: 'text-high', active: false },
  closed: { shape: 'info', ink: 'text-ink-soft', active: false },
} as const satisfies Record<OperationStatus, RunLook>;

/** How a step looks; words are in messages `run.step.<state>`. */
export interface StepLook {
  shape: MarkShape;
  ink: string;
  /** Nothing more will happen to it unless somebody asks. */
  over: boolean;
}

export const STEP_LOOK = {
  waiting: { shape: 'dashed', ink: 'text-ink-soft', over: false },
  running: { shape: 'gear', ink: 'text-running', over: false },
  verifying: { shape: 'gear', ink: 'text-running', over: false },
  done: { shape: 'tick', ink: 'text-ink', over: true },
  'already-done': { shape: 'tick', ink: 'text-ink-soft', over: true },
  failed: { shape: 'triangle', ink: 'text-high', over: true },
  undoing: { shape: 'gear', ink: 'text-running', over: false },
  undone: { shape: 'info', ink: 'text-info', over: true },
  skipped: { shape: 'dashed', ink: 'text-ink-soft', over: true },
} as const satisfies Record<StepState, StepLook>;
