import type { OperationLogLine } from '#server/domain/operation-view.ts';
import type { Prisma } from '../prisma-client.ts';

/** Appends lines with the next numbers of the operation. One writer at a time: the holder of its lease. */
export async function appendLogLines(
  prisma: Prisma,
  operationId: string,
  lines: readonly Omit<OperationLogLine, 'seq'>[],
): Promise<void> {
  // PostgreSQL's text cannot hold NUL; a line with one must not lose the others.
  const texts = lines.map((l) => l.text.replaceAll('\0', '\u2400'));
  await prisma.$executeRaw`
    insert into operation_log ("operationId", seq, "stepName", at, stream, text)
    select ${operationId}, coalesce((select max(seq) from operation_log where "operationId" = ${operationId}), 0) + row_number() over (),
           l.step, to_timestamp(l.at / 1000.0), l.stream, l.text
    from unnest(${lines.map((l) => l.stepName)}::text[], ${lines.map((l) => l.atMs)}::double precision[],
                ${lines.map((l) => l.stream)}::text[], ${texts}::text[]) as l(step, at, stream, text)`;
}
