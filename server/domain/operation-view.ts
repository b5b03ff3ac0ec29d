import type { LossPreview } from './assessment.ts';
import type { LossOutcome } from './loss-record.ts';
import type { Problem } from '#server/errors/app-error.ts';
import type { Plan, Text } from './plan.ts';
import type { RouteOutcome } from './route-sighting.ts';

export const OPERATION_STATUSES = [
  'queued',
  'running',
  'undoing',
  'succeeded',
  'undone',
  'cancelled',
  'needs-attention',
  'closed',
] as const;
export type OperationStatus = (typeof OPERATION_STATUSES)[number];

export type StepState =
  | 'waiting'
  | 'running'
  /** Started by a worker that is gone; the next one looks what became of it. */
  | 'verifying'
  | 'done'
  | 'already-done'
  | 'failed'
  | 'undoing'
  | 'undone'
  | 'skipped';

/** Live progress of a long step. */
export interface StepProgress {
  doneBytes: number | null;
  totalBytes: number | null;
  bytesPerSecond: number | null;
  etaMs: number | null;
  phase: string | null;
}

export interface StepView {
  name: string;
  state: StepState;
  attempt: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  /** One key fact of the result ("db2 confirmed 2A/7F01C2A8"). */
  fact: Text | null;
  progress: StepProgress | null;
  problem: Problem | null;
}

/** How long nobody accepted writes. */
export interface OutageView {
  startedAtMs: number;
  /** What the start is: the probe's last write, the request to stop, or an emergency's confirmation. */
  since: 'last-write' | 'stop-request' | 'confirmation';
  /** First accepted write; null = writes are not possible again yet. */
  endedAtMs: number | null;
}

/** A change of roles: the two servers as it pins them, why, and the loss that was shown before. */
export interface ChangeView {
  oldPrimary: string;
  newPrimary: string;
  reason: string | null;
  /** Null = none was to be expected. */
  loss: LossPreview | null;
}

/** What the run page shows; nothing in it is computed in the browser. */
export interface OperationView {
  id: string;
  kind: string;
  title: Text;
  status: OperationStatus;
  pairId: string | null;
  serverId: string | null;
  startedBy: string;
  createdAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  plan: Plan;
  steps: StepView[];
  committed: boolean;
  cancelRequested: boolean;
  problem: Problem | null;
  note: string | null;
  /** What the person may do now. */
  allowed: { cancel: boolean; retry: boolean; undo: boolean; close: boolean };
  /** The worker that holds it is alive (lease not run out). */
  workerAlive: boolean;
  /** Null = writes have not been stopped by it (yet). */
  outage: OutageView | null;
  /** Null = not a change of roles. */
  change: ChangeView | null;
  /** What was really lost, measured when the old primary came back; null = not (yet). */
  loss: LossOutcome | null;
  /** Where clients arrived behind the change; null = no route, or not looked at (yet). */
  routes: RouteOutcome | null;
}

export interface OperationLogLine {
  seq: number;
  stepName: string;
  atMs: number;
  stream: 'engine' | 'stdout' | 'stderr';
  text: string;
}
