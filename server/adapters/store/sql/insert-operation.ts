import { AppError } from '#server/errors/app-error.ts';
import type { NewOperation } from '#server/ports/operation-store.ts';
import { Prisma as Sql } from '../generated/client.ts';
import type { Prisma } from '../prisma-client.ts';

/** Told the id of every operation that was created. */
export const OPERATION_CHANNEL = 'tandem_operation';

/** Inserts the operation with its locks in one transaction; the database's keys decide races. */
export async function insertOperation(
  prisma: Prisma,
  o: NewOperation,
): Promise<{ id: string; existed: boolean }> {
  try {
    await prisma.$transaction([
      prisma.operation.create({
        data: {
          id: o.id,
          kind: o.kind,
          version: o.version,
          planHash: o.plan.hash,
          plan: JSON.parse(JSON.stringify(o.plan)) as Sql.InputJsonValue,
          title: o.plan.title.en,
          pairId: o.pairId,
          serverId: o.serverId,
          input: o.input ?? Sql.JsonNull,
          pins: {},
          status: 'queued',
          startedBy: o.startedBy,
          idempotencyKey: o.idempotencyKey,
        },
      }),
      ...o.locks.map((resourceId) =>
        prisma.operationLock.create({ data: { resourceId, operationId: o.id } }),
      ),
      // Workers hear of it with the commit; the queue tells again and makes sure.
      prisma.$executeRaw`select pg_notify(${OPERATION_CHANNEL}, ${o.id})`,
    ]);
    return { id: o.id, existed: false };
  } catch (thrown) {
    if (!(thrown instanceof Sql.PrismaClientKnownRequestError) || thrown.code !== 'P2002') throw thrown;
    return existing(prisma, o, thrown);
  }
}

async function existing(
  prisma: Prisma,
  o: NewOperation,
  cause: unknown,
): Promise<{ id: string; existed: boolean }> {
  if (o.idempotencyKey !== null) {
    const same = await prisma.operation.findUnique({
      where: { idempotencyKey: o.idempotencyKey },
      select: { id: true },
    });
    if (same !== null) return { id: same.id, existed: true };
  }
  const holder = await prisma.operationLock.findFirst({ where: { resourceId: { in: [...o.locks] } } });
  throw new AppError('OPERATION_ALREADY_RUNNING', {
    message: 'another operation is working on this server',
    hint: 'Wait for it to end, or look at it.',
    data: { operationId: holder?.operationId ?? null },
    cause,
  });
}
