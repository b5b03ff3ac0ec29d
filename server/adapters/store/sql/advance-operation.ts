import { AppError } from '#server/errors/app-error.ts';
import type { Lease, OperationStore, StoredAttempt } from '#server/ports/operation-store.ts';
import { toStoredAttempt } from '../operation-rows.ts';
import type { Prisma } from '../prisma-client.ts';

type AttemptRow = Parameters<typeof toStoredAttempt>[0];

/**
 * One statement, one commit: the lease is held by the update of the operation's row, and everything
 * else hangs on it. No row of the operation = somebody else holds it, and nothing was written.
 */
export async function advanceOperation(
  prisma: Prisma,
  lease: Lease,
  finished: Parameters<OperationStore['advance']>[1],
  next: Parameters<OperationStore['advance']>[2],
): Promise<StoredAttempt | null> {
  const { operationId, token } = lease;
  const output = finished.output === null ? null : JSON.stringify(finished.output);
  const rows = await prisma.$queryRaw<(AttemptRow & { wished: boolean; ended: bigint | null })[]>`
    with held as (
      update operation set cursor = ${next.cursor}, problem = null,
        committed = committed or (${next.commit} and "cancelRequestedAt" is null)
      where id = ${operationId} and "leaseToken" = ${token} and status = 'running'
        and exists (select from step_attempt where id = ${BigInt(finished.attemptId)} and status = 'started')
      returning "cancelRequestedAt" is not null and not committed as wished),
    ended as (
      update step_attempt set status = ${finished.status}, "finishedAt" = clock_timestamp(), output = ${output}::jsonb
      from held where step_attempt.id = ${BigInt(finished.attemptId)} and step_attempt.status = 'started'
      returning step_attempt.id),
    begun as (
      insert into step_attempt ("operationId", "stepName", direction, attempt, "leaseToken", status, "startedAt")
      select ${operationId}, ${next.step}, 'forward',
        (select count(*) + 1 from step_attempt where "operationId" = ${operationId}
          and "stepName" = ${next.step} and direction = 'forward'),
        ${token}, 'started', clock_timestamp()
      from held where not held.wished
      returning *)
    select held.wished, ended.id as ended, begun.* from held left join ended on true left join begun on true`;
  const row = rows[0];
  if (row === undefined || row.ended === null)
    throw new AppError('LEASE_LOST', { message: 'a newer worker holds the operation' });
  return row.wished ? null : toStoredAttempt(row);
}
