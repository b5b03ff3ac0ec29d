import type { OperationLogLine, OperationStatus, StepProgress } from '#server/domain/operation-view.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Problem } from '#server/errors/app-error.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type Direction = 'forward' | 'undo';
export type AttemptStatus = 'started' | 'done' | 'already-done' | 'failed' | 'interrupted';

export interface StoredAttempt {
  id: string;
  stepName: string;
  direction: Direction;
  attempt: number;
  status: AttemptStatus;
  startedAtMs: number;
  finishedAtMs: number | null;
  /** Null = the effect cannot have begun. */
  remembered: Json | null;
  progress: StepProgress | null;
  output: Json | null;
  problem: Problem | null;
}

export interface StoredOperation {
  id: string;
  kind: string;
  version: number;
  planHash: string;
  plan: Plan;
  pairId: string | null;
  serverId: string | null;
  input: Json;
  status: OperationStatus;
  /** Forward: index of the next step. Undoing: index of the next step to undo. */
  cursor: number;
  committed: boolean;
  leaseToken: bigint;
  leaseExpiresAtMs: number | null;
  cancelRequested: boolean;
  startedBy: string;
  problem: Problem | null;
  note: string | null;
  createdAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  /** In the order they were started. */
  attempts: StoredAttempt[];
}

export interface NewOperation {
  id: string;
  kind: string;
  version: number;
  plan: Plan;
  pairId: string | null;
  serverId: string | null;
  input: Json;
  startedBy: string;
  /** Same key = the same operation; the second start lands on the first. */
  idempotencyKey: string | null;
  /** Everything it may change. */
  locks: readonly string[];
}

export interface OperationPatch {
  status?: OperationStatus;
  cursor?: number;
  committed?: boolean;
  problem?: Problem | null;
  note?: string;
}

/** Proof that a worker may write to an operation: writes under an older token change nothing. */
export interface Lease {
  operationId: string;
  token: bigint;
}

/**
 * Where operations live. Every write under a lease rejects LEASE_LOST when the lease is no longer
 * the newest, and writes nothing then. Terminal statuses remove the locks in the same transaction.
 */
export interface OperationStore {
  /** Rejects OPERATION_ALREADY_RUNNING naming the open operation when a lock is taken. */
  create(o: NewOperation): Promise<{ id: string; existed: boolean }>;
  load(id: string): Promise<StoredOperation | null>;
  /** The operation that a key has landed on; null = none. */
  idOfKey(idempotencyKey: string): Promise<string | null>;
  /** Takes an operation that is queued, or open with a lease that ran out. Null = nothing to take. */
  claim(
    workerId: string,
    leaseMs: number,
    operationId?: string,
  ): Promise<{ lease: Lease; operation: StoredOperation } | null>;
  /** False when the lease is no longer ours. */
  heartbeat(lease: Lease, leaseMs: number): Promise<boolean>;
  /** Gives the lease back (worker stops, operation needs a person). */
  release(lease: Lease): Promise<void>;
  /** Marks open attempts interrupted and inserts a started one. */
  beginAttempt(lease: Lease, step: string, direction: Direction): Promise<StoredAttempt>;
  remember(lease: Lease, attemptId: string, remembered: Json): Promise<void>;
  progress(lease: Lease, attemptId: string, progress: StepProgress): Promise<void>;
  finishAttempt(
    lease: Lease,
    attemptId: string,
    result: {
      status: 'done' | 'already-done' | 'failed' | 'interrupted';
      output?: Json | null;
      problem?: Problem;
    },
    patch: OperationPatch,
  ): Promise<void>;
  /**
   * Finishes an attempt and begins the next step's in one write: between a stop and a promotion each
   * write is an outage. Null = a person wished to cancel and nothing is committed yet: the attempt is
   * finished, nothing was begun, and `commit` was not taken over.
   */
  advance(
    lease: Lease,
    finished: { attemptId: string; status: 'done' | 'already-done'; output: Json | null },
    next: { cursor: number; step: string; commit: boolean },
  ): Promise<StoredAttempt | null>;
  patch(lease: Lease, patch: OperationPatch): Promise<void>;
  appendLog(operationId: string, lines: readonly Omit<OperationLogLine, 'seq'>[]): Promise<void>;
  /** A person's wish; honoured by the engine between steps. Queued operations are cancelled at once. */
  requestCancel(id: string): Promise<void>;
  isCancelRequested(id: string): Promise<boolean>;
  /** needs-attention → running | undoing | closed by a person; rejects OPERATION_NOT_IN_STATE. */
  decide(id: string, to: 'running' | 'undoing' | 'closed', note?: string): Promise<void>;
  /** Ids of operations that somebody should look at: queued, or open with a lease that ran out. */
  findClaimable(): Promise<string[]>;
}
