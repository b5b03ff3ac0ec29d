import { isTerminal, mayMove } from '#server/domain/status-transitions.ts';
import type { OperationLogLine, OperationStatus, StepProgress } from '#server/domain/operation-view.ts';
import { AppError } from '#server/errors/app-error.ts';
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
import { Prisma as Sql } from './generated/client.ts';
import { findOperation, toStoredAttempt, toStoredOperation } from './operation-rows.ts';
import { insertOperation } from './sql/insert-operation.ts';
import { appendLogLines } from './sql/append-log-lines.ts';
import { advanceOperation } from './sql/advance-operation.ts';
import { claimOperation } from './sql/claim-operation.ts';
import type { Prisma } from './prisma-client.ts';

type Transaction = Parameters<Parameters<Prisma['$transaction']>[0]>[0];

/** Told after every change, outside the transaction; never rejects. */
export type OnOperationChange = (operationId: string) => void;

/**
 * Operations in the control database. All times are the database's, so that workers with wrong
 * clocks agree on leases. A write under a lease updates `WHERE lease_token = ours`; 0 rows = LEASE_LOST.
 */
export class PrismaOperationStore implements OperationStore {
  readonly #prisma: Prisma;
  readonly #changed: OnOperationChange;

  constructor(prisma: Prisma, changed: OnOperationChange = () => undefined) {
    this.#prisma = prisma;
    this.#changed = changed;
  }

  async create(o: NewOperation): Promise<{ id: string; existed: boolean }> {
    const answer = await insertOperation(this.#prisma, o);
    this.#changed(answer.id);
    return answer;
  }

  async idOfKey(idempotencyKey: string): Promise<string | null> {
    const row = await this.#prisma.operation.findUnique({ where: { idempotencyKey }, select: { id: true } });
    return row?.id ?? null;
  }

  async load(id: string): Promise<StoredOperation | null> {
    const row = await findOperation(this.#prisma, id);
    return row === null ? null : toStoredOperation(row);
  }

  async claim(
    workerId: string,
    leaseMs: number,
    operationId?: string,
  ): Promise<{ lease: Lease; operation: StoredOperation } | null> {
    const taken = await claimOperation(this.#prisma, { workerId, leaseMs, operationId: operationId ?? null });
    if (taken === null) return null;
    const operation = await this.load(taken.id);
    if (operation === null) return null;
    this.#changed(taken.id);
    return { lease: { operationId: taken.id, token: taken.token }, operation };
  }

  async heartbeat(lease: Lease, leaseMs: number): Promise<boolean> {
    const n = await this.#prisma.$executeRaw`
      update operation set "leaseExpiresAt" = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      where id = ${lease.operationId} and "leaseToken" = ${lease.token} and "leaseExpiresAt" is not null`;
    return n === 1;
  }

  async release(lease: Lease): Promise<void> {
    await this.#prisma.$executeRaw`
      update operation set "leaseExpiresAt" = null, "leaseOwner" = null
      where id = ${lease.operationId} and "leaseToken" = ${lease.token}`;
    this.#changed(lease.operationId);
  }

  beginAttempt(lease: Lease, step: string, direction: Direction): Promise<StoredAttempt> {
    return this.#underLease(lease, async (tx) => {
      const { operationId, token } = lease;
      await tx.$executeRaw`
        update step_attempt set status = 'interrupted', "finishedAt" = clock_timestamp()
        where "operationId" = ${operationId} and status = 'started'`;
      const attempt = (await tx.stepAttempt.count({ where: { operationId, stepName: step, direction } })) + 1;
      const row = await tx.stepAttempt.create({
        data: {
          operationId,
          stepName: step,
          direction,
          attempt,
          leaseToken: token,
          status: 'started',
          startedAt: new Date(),
        },
      });
      return toStoredAttempt(row);
    });
  }

  remember(lease: Lease, attemptId: string, remembered: Json): Promise<void> {
    return this.#underLease(lease, async (tx) => {
      await tx.stepAttempt.update({
        where: open(attemptId),
        data: { remembered: remembered ?? Sql.JsonNull },
      });
    });
  }

  progress(lease: Lease, attemptId: string, progress: StepProgress): Promise<void> {
    return this.#underLease(lease, async (tx) => {
      await tx.stepAttempt.update({ where: open(attemptId), data: { progress: { ...progress } } });
    });
  }

  finishAttempt(
    lease: Lease,
    attemptId: string,
    result: Parameters<OperationStore['finishAttempt']>[2],
    patch: OperationPatch,
  ): Promise<void> {
    return this.#underLease(lease, async (tx, status) => {
      await tx.stepAttempt.update({
        where: open(attemptId),
        data: {
          status: result.status,
          finishedAt: new Date(),
          output: result.output ?? Sql.DbNull,
          problem: result.problem === undefined ? Sql.DbNull : { ...result.problem },
        },
      });
      await applyPatch(tx, lease.operationId, status, patch);
    });
  }

  async advance(
    lease: Lease,
    finished: Parameters<OperationStore['advance']>[1],
    next: Parameters<OperationStore['advance']>[2],
  ): Promise<StoredAttempt | null> {
    const attempt = await advanceOperation(this.#prisma, lease, finished, next);
    this.#changed(lease.operationId);
    return attempt;
  }

  patch(lease: Lease, patch: OperationPatch): Promise<void> {
    return this.#underLease(lease, (tx, status) => applyPatch(tx, lease.operationId, status, patch));
  }

  async appendLog(operationId: string, lines: readonly Omit<OperationLogLine, 'seq'>[]): Promise<void> {
    await appendLogLines(this.#prisma, operationId, lines);
    this.#changed(operationId);
  }

  async requestCancel(id: string): Promise<void> {
    await this.#prisma.$transaction(async (tx) => {
      const { status, committed } = await lockRow(tx, id);
      if (status === 'queued') await applyPatch(tx, id, status, { status: 'cancelled' });
      else if ((status === 'running' || status === 'undoing') && !committed) {
        await tx.operation.update({ where: { id }, data: { cancelRequestedAt: new Date() } });
      } else throw notInState(status);
    });
    this.#changed(id);
  }

  async isCancelRequested(id: string): Promise<boolean> {
    const row = await this.#prisma.operation.findUnique({
      where: { id },
      select: { cancelRequestedAt: true },
    });
    return row?.cancelRequestedAt != null;
  }

  async decide(id: string, to: 'running' | 'undoing' | 'closed', note?: string): Promise<void> {
    await this.#prisma.$transaction(async (tx) => {
      const { status, committed } = await lockRow(tx, id);
      if (status !== 'needs-attention' || (to === 'undoing' && committed)) throw notInState(status);
      await tx.operation.update({ where: { id }, data: { cancelRequestedAt: null, leaseExpiresAt: null } });
      await applyPatch(tx, id, status, { status: to, ...(note === undefined ? {} : { note }) });
    });
    this.#changed(id);
  }

  async findClaimable(): Promise<string[]> {
    const rows = await this.#prisma.$queryRaw<{ id: string }[]>`
      select id from operation where status in ('queued', 'running', 'undoing')
        and ("leaseExpiresAt" is null or "leaseExpiresAt" <= clock_timestamp()) order by "createdAt"`;
    return rows.map((r) => r.id);
  }

  async #underLease<T>(
    lease: Lease,
    work: (tx: Transaction, status: OperationStatus) => Promise<T>,
  ): Promise<T> {
    const result = await this.#prisma.$transaction(async (tx) => {
      const rows = await tx.$queryRaw<{ status: OperationStatus }[]>`
        select status from operation where id = ${lease.operationId} and "leaseToken" = ${lease.token} for update`;
      const row = rows[0];
      if (row === undefined)
        throw new AppError('LEASE_LOST', { message: 'a newer worker holds the operation' });
      return work(tx, row.status);
    });
    this.#changed(lease.operationId);
    return result;
  }
}

const open = (attemptId: string) => ({ id: BigInt(attemptId), status: 'started' });

async function lockRow(
  tx: Transaction,
  id: string,
): Promise<{ status: OperationStatus; committed: boolean }> {
  const rows = await tx.$queryRaw<{ status: OperationStatus; committed: boolean }[]>`
    select status, committed from operation where id = ${id} for update`;
  const row = rows[0];
  if (row === undefined) throw new AppError('NOT_FOUND', { message: `no operation ${id}` });
  return row;
}

/** Terminal statuses give the locks back in the same transaction. */
async function applyPatch(
  tx: Transaction,
  id: string,
  from: OperationStatus,
  patch: OperationPatch,
): Promise<void> {
  const { status: to, problem, ...plain } = patch;
  if (to !== undefined && to !== from && !mayMove(from, to)) throw notInState(from);
  const ends = to !== undefined && isTerminal(to);
  await tx.operation.update({
    where: { id },
    data: {
      ...plain,
      ...(to === undefined ? {} : { status: to }),
      ...(from === 'queued' && to === 'running' ? { startedAt: new Date() } : {}),
      ...(ends ? { finishedAt: new Date() } : {}),
      ...(problem === undefined ? {} : { problem: problem === null ? Sql.DbNull : { ...problem } }),
    },
  });
  if (ends) await tx.operationLock.deleteMany({ where: { operationId: id } });
}

function notInState(status: OperationStatus): AppError {
  return new AppError('OPERATION_NOT_IN_STATE', {
    message: `the operation is ${status}`,
    hint: 'Reload the page: it has changed since you looked.',
    data: { status },
  });
}
