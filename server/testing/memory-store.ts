import { AppError } from '#server/errors/app-error.ts';
import { isTerminal, mayMove } from '#server/domain/status-transitions.ts';
import type { OperationLogLine, OperationStatus, StepProgress } from '#server/domain/operation-view.ts';
import type { Clock } from '#server/ports/clock.ts';
import type {
  Direction,
  Json,
  Lease,
  NewOperation,
  OperationPatch,
  OperationStore,
  StoredAttempt,
  StoredOperation,
} from '#server/ports/operation-store.ts';

/** OperationStore in memory; held to the same contract suite as the database's. */
export class MemoryStore implements OperationStore {
  readonly #operations = new Map<string, StoredOperation>();
  readonly #locks = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  readonly logs = new Map<string, OperationLogLine[]>();
  readonly #clock: Clock;
  #attemptIds = 0;
  #lastToken = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async create(o: NewOperation): Promise<{ id: string; existed: boolean }> {
    await Promise.resolve();
    const known = o.idempotencyKey === null ? undefined : this.#keys.get(o.idempotencyKey);
    if (known !== undefined) return { id: known, existed: true };
    for (const lock of o.locks) {
      const holder = this.#locks.get(lock);
      if (holder !== undefined) throw alreadyRunning(holder);
    }
    for (const lock of o.locks) this.#locks.set(lock, o.id);
    if (o.idempotencyKey !== null) this.#keys.set(o.idempotencyKey, o.id);
    this.#operations.set(o.id, {
      id: o.id,
      kind: o.kind,
      version: o.version,
      planHash: o.plan.hash,
      plan: o.plan,
      pairId: o.pairId,
      serverId: o.serverId,
      input: o.input,
      status: 'queued',
      cursor: 0,
      committed: false,
      leaseToken: 0n,
      leaseExpiresAtMs: null,
      cancelRequested: false,
      startedBy: o.startedBy,
      problem: null,
      note: null,
      createdAtMs: this.#clock.nowMs(),
      startedAtMs: null,
      finishedAtMs: null,
      attempts: [],
    });
    return { id: o.id, existed: false };
  }

  idOfKey(key: string): Promise<string | null> {
    return Promise.resolve(this.#keys.get(key) ?? null);
  }

  async load(id: string): Promise<StoredOperation | null> {
    await Promise.resolve();
    const o = this.#operations.get(id);
    return o === undefined ? null : structuredClone(o);
  }

  async claim(
    _workerId: string,
    leaseMs: number,
    operationId?: string,
  ): Promise<{ lease: Lease; operation: StoredOperation } | null> {
    await Promise.resolve();
    const now = this.#clock.nowMs();
    for (const o of this.#operations.values()) {
      if (operationId !== undefined && o.id !== operationId) continue;
      if (!claimable(o, now)) continue;
      this.#lastToken += 1n;
      o.leaseToken = this.#lastToken;
      o.leaseExpiresAtMs = now + leaseMs;
      return { lease: { operationId: o.id, token: o.leaseToken }, operation: structuredClone(o) };
    }
    return null;
  }

  async heartbeat(lease: Lease, leaseMs: number): Promise<boolean> {
    await Promise.resolve();
    const o = this.#operations.get(lease.operationId);
    if (o === undefined || o.leaseToken !== lease.token || o.leaseExpiresAtMs === null) return false;
    o.leaseExpiresAtMs = this.#clock.nowMs() + leaseMs;
    return true;
  }

  async release(lease: Lease): Promise<void> {
    await Promise.resolve();
    const o = this.#operations.get(lease.operationId);
    if (o !== undefined && o.leaseToken === lease.token) o.leaseExpiresAtMs = null;
  }

  async beginAttempt(lease: Lease, step: string, direction: Direction): Promise<StoredAttempt> {
    await Promise.resolve();
    const o = this.#held(lease);
    for (const a of o.attempts) if (a.status === 'started') a.status = 'interrupted';
    this.#attemptIds += 1;
    const attempt: StoredAttempt = {
      id: String(this.#attemptIds),
      stepName: step,
      direction,
      attempt: o.attempts.filter((a) => a.stepName === step && a.direction === direction).length + 1,
      status: 'started',
      startedAtMs: this.#clock.nowMs(),
      finishedAtMs: null,
      remembered: null,
      progress: null,
      output: null,
      problem: null,
    };
    o.attempts.push(attempt);
    return structuredClone(attempt);
  }

  async remember(lease: Lease, attemptId: string, remembered: Json): Promise<void> {
    await Promise.resolve();
    this.#attempt(lease, attemptId).remembered = remembered;
  }

  async progress(lease: Lease, attemptId: string, progress: StepProgress): Promise<void> {
    await Promise.resolve();
    this.#attempt(lease, attemptId).progress = progress;
  }

  async finishAttempt(
    lease: Lease,
    attemptId: string,
    result: Parameters<OperationStore['finishAttempt']>[2],
    patch: OperationPatch,
  ): Promise<void> {
    await Promise.resolve();
    const attempt = this.#attempt(lease, attemptId);
    // First, since it may refuse: then nothing of this write may stay.
    this.#apply(this.#held(lease), patch);
    attempt.status = result.status;
    attempt.output = result.output ?? null;
    attempt.problem = result.problem ?? null;
    attempt.finishedAtMs = this.#clock.nowMs();
  }

  async advance(
    lease: Lease,
    finished: Parameters<OperationStore['advance']>[1],
    next: Parameters<OperationStore['advance']>[2],
  ): Promise<StoredAttempt | null> {
    const o = this.#held(lease);
    const wished = o.cancelRequested && !o.committed;
    const change = {
      cursor: next.cursor,
      problem: null,
      ...(next.commit && !wished ? { committed: true } : {}),
    };
    await this.finishAttempt(lease, finished.attemptId, finished, change);
    return wished ? null : this.beginAttempt(lease, next.step, 'forward');
  }

  async patch(lease: Lease, patch: OperationPatch): Promise<void> {
    await Promise.resolve();
    this.#apply(this.#held(lease), patch);
  }

  async appendLog(operationId: string, lines: readonly Omit<OperationLogLine, 'seq'>[]): Promise<void> {
    await Promise.resolve();
    const log = this.logs.get(operationId) ?? [];
    for (const line of lines) log.push({ ...line, seq: log.length + 1 });
    this.logs.set(operationId, log);
  }

  async requestCancel(id: string): Promise<void> {
    await Promise.resolve();
    const o = this.#require(id);
    if (o.status === 'queued') this.#apply(o, { status: 'cancelled' });
    else if ((o.status === 'running' || o.status === 'undoing') && !o.committed) o.cancelRequested = true;
    else throw notInState(o.status);
  }

  async isCancelRequested(id: string): Promise<boolean> {
    await Promise.resolve();
    return this.#require(id).cancelRequested;
  }

  async decide(id: string, to: 'running' | 'undoing' | 'closed', note?: string): Promise<void> {
    await Promise.resolve();
    const o = this.#require(id);
    if (o.status !== 'needs-attention' || (to === 'undoing' && o.committed)) throw notInState(o.status);
    o.cancelRequested = false;
    o.leaseExpiresAtMs = null;
    this.#apply(o, { status: to, ...(note === undefined ? {} : { note }) });
  }

  async findClaimable(): Promise<string[]> {
    await Promise.resolve();
    const now = this.#clock.nowMs();
    return [...this.#operations.values()].filter((o) => claimable(o, now)).map((o) => o.id);
  }

  #apply(o: StoredOperation, patch: OperationPatch): void {
    if (patch.status !== undefined && patch.status !== o.status) {
      if (!mayMove(o.status, patch.status)) throw notInState(o.status);
      o.status = patch.status;
      if (patch.status === 'running') o.startedAtMs ??= this.#clock.nowMs();
      if (isTerminal(patch.status)) {
        o.finishedAtMs = this.#clock.nowMs();
        for (const [lock, id] of this.#locks) if (id === o.id) this.#locks.delete(lock);
      }
    }
    if (patch.cursor !== undefined) o.cursor = patch.cursor;
    if (patch.committed !== undefined) o.committed = patch.committed;
    if (patch.problem !== undefined) o.problem = patch.problem;
    if (patch.note !== undefined) o.note = patch.note;
  }

  #require(id: string): StoredOperation {
    const o = this.#operations.get(id);
    if (o === undefined) throw new AppError('NOT_FOUND', { message: `no operation ${id}` });
    return o;
  }

  #held(lease: Lease): StoredOperation {
    const o = this.#require(lease.operationId);
    if (o.leaseToken !== lease.token)
      throw new AppError('LEASE_LOST', { message: 'a newer worker holds the operation' });
    return o;
  }

  #attempt(lease: Lease, attemptId: string): StoredAttempt {
    const attempt = this.#held(lease).attempts.find((a) => a.id === attemptId && a.status === 'started');
    if (attempt === undefined)
      throw new AppError('LEASE_LOST', { message: 'the attempt is not open any more' });
    return attempt;
  }
}

function claimable(o: StoredOperation, nowMs: number): boolean {
  const open = o.status === 'queued' || o.status === 'running' || o.status === 'undoing';
  return open && (o.leaseExpiresAtMs === null || o.leaseExpiresAtMs <= nowMs);
}

function alreadyRunning(operationId: string): AppError {
  return new AppError('OPERATION_ALREADY_RUNNING', {
    message: 'another operation is working on this server',
    hint: 'Wait for it to end, or look at it.',
    data: { operationId },
  });
}

function notInState(status: OperationStatus): AppError {
  return new AppError('OPERATION_NOT_IN_STATE', { message: `the operation is ${status}`, data: { status } });
}
