import { isTerminal, mayMove } from '#server/domain/status-transitions.ts';
import type { OperationStatus } from '#server/domain/operation-view.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Lease, OperationPatch, OperationStore } from '#server/ports/operation-store.ts';
import { Prisma as Sql } from './generated/client.ts';
import { findOperation, toStoredAttempt, toStoredOperation } from './operation-rows.ts';
import { insertOperation } from './sql/insert-operation.ts';
import { claimOperation } from './sql/claim-operation.ts';
import type { Prisma } from './prisma-client.ts';

type Transaction = Parameters<Parameters<Prisma['$transaction']>[0]>[0];

/** Told after every change, outside the transaction; never rejects. */
export type OnOperationChange = (operationId: string) => void;

/**
 * Operations in the control database. All times are the database's, so that workers with wrong
 * clocks agree on leases. A write under a lease updates `WHERE lease_token = ours`; 0 rows = LEASE_LOST.
 */
export function createOperationStore(
  prisma: Prisma,
  changed: OnOperationChange = () => undefined,
): OperationStore {
  const underLease = async <T>(
    lease: Lease,
    work: (tx: Transaction, status: OperationStatus) => Promise<T>,
  ): Promise<T> => {
    const result = await prisma.$transaction(async (tx) => {
      const rows = await tx.$queryRaw<{ status: OperationStatus }[]>`
        select status from operation where id = ${lease.operationId} and "leaseToken" = ${lease.token} for update`;
      const row = rows[0];
      if (row === undefined)
        throw new AppError('LEASE_LOST', { message: 'a newer worker holds the operation' });
      return work(tx, row.status);
    });
    changed(lease.operationId);
    return result;
  };
  return {
    create: async (o) => {
      const answer = await insertOperation(prisma, o);
      changed(answer.id);
      return answer;
    },
    load: async (id) => {
      const row = await findOperation(prisma, id);
      return row === null ? null : toStoredOperation(row);
    },
    claim: async (workerId, leaseMs, operationId) => {
      const taken = await claimOperation(prisma, { workerId, leaseMs, operationId: operationId ?? null });
      if (taken === null) return null;
      const row = await findOperation(prisma, taken.id);
      if (row === null) return null;
      changed(taken.id);
      return { lease: { operationId: taken.id, token: taken.token }, operation: toStoredOperation(row) };
    },
    heartbeat: async (lease, leaseMs) => {
      const n = await prisma.$executeRaw`
        update operation set "leaseExpiresAt" = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
        where id = ${lease.operationId} and "leaseToken" = ${lease.token} and "leaseExpiresAt" is not null`;
      return n === 1;
    },
    release: async (lease) => {
      await prisma.$executeRaw`
        update operation set "leaseExpiresAt" = null, "leaseOwner" = null
        where id = ${lease.operationId} and "leaseToken" = ${lease.token}`;
      changed(lease.operationId);
    },
    beginAttempt: (lease, step, direction) =>
      underLease(lease, async (tx) => {
        const { operationId, token } = lease;
        await tx.$executeRaw`
          update step_attempt set status = 'interrupted', "finishedAt" = clock_timestamp()
          where "operationId" = ${operationId} and status = 'started'`;
        const attempt =
          (await tx.stepAttempt.count({ where: { operationId, stepName: step, direction } })) + 1;
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
      }),
    remember: (lease, attemptId, remembered) =>
      underLease(lease, async (tx) => {
        await tx.stepAttempt.update({
          where: open(attemptId),
          data: { remembered: remembered ?? Sql.JsonNull },
        });
      }),
    progress: (lease, attemptId, progress) =>
      underLease(lease, async (tx) => {
        await tx.stepAttempt.update({ where: open(attemptId), data: { progress: { ...progress } } });
      }),
    finishAttempt: (lease, attemptId, result, patch) =>
      underLease(lease, async (tx, status) => {
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
      }),
    patch: (lease, patch) =>
      underLease(lease, (tx, status) => applyPatch(tx, lease.operationId, status, patch)),
    appendLog: async (operationId, lines) => {
      // Postgres text cannot hold NUL; a log line with one must not lose the others.
      const clean = lines.map((l) => ({ ...l, text: l.text.replaceAll('\0', '\u2400') }));
      await prisma.$executeRaw`
        insert into operation_log ("operationId", seq, "stepName", at, stream, text)
        select ${operationId}, coalesce((select max(seq) from operation_log where "operationId" = ${operationId}), 0) + row_number() over (),
               l.step, to_timestamp(l.at / 1000.0), l.stream, l.text
        from unnest(${clean.map((l) => l.stepName)}::text[], ${clean.map((l) => l.atMs)}::double precision[],
                    ${clean.map((l) => l.stream)}::text[], ${clean.map((l) => l.text)}::text[]) as l(step, at, stream, text)`;
      changed(operationId);
    },
    requestCancel: async (id) => {
      await prisma.$transaction(async (tx) => {
        const { status, committed } = await lockRow(tx, id);
        if (status === 'queued') await applyPatch(tx, id, status, { status: 'cancelled' });
        else if ((status === 'running' || status === 'undoing') && !committed) {
          await tx.operation.update({ where: { id }, data: { cancelRequestedAt: new Date() } });
        } else throw notInState(status);
      });
      changed(id);
    },
    isCancelRequested: async (id) => {
      const row = await prisma.operation.findUnique({ where: { id }, select: { cancelRequestedAt: true } });
      return row?.cancelRequestedAt != null;
    },
    decide: async (id, to, note) => {
      await prisma.$transaction(async (tx) => {
        const { status, committed } = await lockRow(tx, id);
        if (status !== 'needs-attention' || (to === 'undoing' && committed)) throw notInState(status);
        await tx.operation.update({ where: { id }, data: { cancelRequestedAt: null, leaseExpiresAt: null } });
        await applyPatch(tx, id, status, { status: to, ...(note === undefined ? {} : { note }) });
      });
      changed(id);
    },
    findClaimable: async () => {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        select id from operation where status in ('queued', 'running', 'undoing')
          and ("leaseExpiresAt" is null or "leaseExpiresAt" <= clock_timestamp()) order by "createdAt"`;
      return rows.map((r) => r.id);
    },
  };
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
  const to = patch.status;
  if (to !== undefined && to !== from && !mayMove(from, to)) throw notInState(from);
  const now = new Date();
  await tx.operation.update({
    where: { id },
    data: {
      ...(to === undefined ? {} : { status: to }),
      ...(from === 'queued' && to === 'running' ? { startedAt: now } : {}),
      ...(to !== undefined && isTerminal(to) ? { finishedAt: now } : {}),
      ...(patch.cursor === undefined ? {} : { cursor: patch.cursor }),
      ...(patch.committed === undefined ? {} : { committed: patch.committed }),
      ...(patch.note === undefined ? {} : { note: patch.note }),
      ...(patch.problem === undefined
        ? {}
        : { problem: patch.problem === null ? Sql.DbNull : { ...patch.problem } }),
    },
  });
  if (to !== undefined && isTerminal(to)) await tx.operationLock.deleteMany({ where: { operationId: id } });
}

function notInState(status: OperationStatus): AppError {
  return new AppError('OPERATION_NOT_IN_STATE', {
    message: `the operation is ${status}`,
    hint: 'Reload the page: it has changed since you looked.',
    data: { status },
  });
}
