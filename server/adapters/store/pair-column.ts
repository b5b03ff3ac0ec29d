import { AppError } from '#server/errors/app-error.ts';
import type { Prisma as Sql } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

/** A list that a column of the pair holds as a whole. */
export interface PairColumn<T> {
  /** Rejects NOT_FOUND. */
  list(pairId: string): Promise<T[]>;
  /** Changes the list while nobody else does; what `change` throws leaves everything as it was. */
  update(pairId: string, change: (entries: T[]) => T[]): Promise<void>;
}

/** `entriesOf` takes the column's value, which this store alone writes. */
export function createPairColumn<T>(
  prisma: Prisma,
  column: 'hooks' | 'routes',
  entriesOf: (value: unknown) => T[],
): PairColumn<T> {
  return {
    list: async (pairId) => {
      const row = await prisma.pair.findUnique({
        where: { id: pairId },
        select: { hooks: true, routes: true },
      });
      if (row === null) throw noPair(pairId);
      return entriesOf(row[column]);
    },
    update: (pairId, change) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ hooks: unknown; routes: unknown }[]>`
          select hooks, routes from pair where id = ${pairId} for update`;
        if (row === undefined) throw noPair(pairId);
        const entries = JSON.parse(JSON.stringify(change(entriesOf(row[column])))) as Sql.InputJsonValue;
        await tx.pair.update({ where: { id: pairId }, data: { [column]: entries } });
      }),
  };
}

export function noPair(id: string): AppError {
  return new AppError('NOT_FOUND', { message: `no pair ${id}`, hint: 'It may have been removed.' });
}
