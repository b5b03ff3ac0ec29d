import * as z from 'zod';
import type { Plan } from '#server/domain/plan.ts';
import { OPERATION_STATUSES, type StepProgress } from '#server/domain/operation-view.ts';
import type { Problem } from '#server/errors/app-error.ts';
import type { Json, StoredAttempt, StoredOperation } from '#server/ports/operation-store.ts';
import type { Prisma } from './prisma-client.ts';

/** What the store reads with every operation. */
export const WITH_ATTEMPTS = { attempts: { orderBy: { id: 'asc' } } } as const;

type OperationRow = NonNullable<Awaited<ReturnType<typeof findOperation>>>;
type AttemptRow = OperationRow['attempts'][number];

export function findOperation(prisma: Pick<Prisma, 'operation'>, id: string) {
  return prisma.operation.findUnique({ where: { id }, include: WITH_ATTEMPTS });
}

const zStatus = z.enum(OPERATION_STATUSES);
const zDirection = z.enum(['forward', 'undo']);
const zAttemptStatus = z.enum(['started', 'done', 'already-done', 'failed', 'interrupted']);

/** JSON columns that only this store writes: their shape is what was put in. */
function stored<T>(value: unknown): T {
  return value as T;
}

/** A row as the engine knows it. */
export function toStoredOperation(row: OperationRow): StoredOperation {
  return {
    id: row.id,
    kind: row.kind,
    version: row.version,
    planHash: row.planHash,
    plan: stored<Plan>(row.plan),
    pairId: row.pairId,
    serverId: row.serverId,
    input: stored<Json>(row.input),
    status: zStatus.parse(row.status),
    cursor: row.cursor,
    committed: row.committed,
    leaseToken: row.leaseToken,
    leaseExpiresAtMs: row.leaseExpiresAt?.getTime() ?? null,
    cancelRequested: row.cancelRequestedAt !== null,
    startedBy: row.startedBy,
    problem: stored<Problem | null>(row.problem),
    note: row.note,
    createdAtMs: row.createdAt.getTime(),
    startedAtMs: row.startedAt?.getTime() ?? null,
    finishedAtMs: row.finishedAt?.getTime() ?? null,
    attempts: row.attempts.map(toStoredAttempt),
  };
}

export function toStoredAttempt(row: AttemptRow): StoredAttempt {
  return {
    id: String(row.id),
    stepName: row.stepName,
    direction: zDirection.parse(row.direction),
    attempt: row.attempt,
    status: zAttemptStatus.parse(row.status),
    startedAtMs: row.startedAt.getTime(),
    finishedAtMs: row.finishedAt?.getTime() ?? null,
    remembered: stored<Json | null>(row.remembered),
    progress: stored<StepProgress | null>(row.progress),
    output: stored<Json | null>(row.output),
    problem: stored<Problem | null>(row.problem),
  };
}
