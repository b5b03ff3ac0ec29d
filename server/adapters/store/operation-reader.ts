import * as z from 'zod';
import type { OperationReader } from '#server/ports/operation-reader.ts';
import { findOperation, toStoredOperation, WITH_ATTEMPTS } from './operation-rows.ts';
import type { Prisma } from './prisma-client.ts';

const zStream = z.enum(['engine', 'stdout', 'stderr']);

/** Looks of the wizard; people see their result as a plan. */
const QUIET_KINDS = [
  'plan-setup',
  'plan-adopt',
  'plan-removal',
  'plan-container',
  'plan-prepare-host',
  'plan-release-settings',
  'examine-network',
  'examine-draft',
];

/** Operations as the pages read them. */
export function createOperationReader(prisma: Prisma): OperationReader {
  return {
    list: async (limit) => {
      const rows = await prisma.operation.findMany({
        where: { kind: { notIn: QUIET_KINDS } },
        include: WITH_ATTEMPTS,
        orderBy: { createdAt: 'desc' },
        take: limit,
      });
      return rows.map(toStoredOperation);
    },
    log: async (operationId, afterSeq, limit) => {
      const rows = await prisma.operationLog.findMany({
        where: { operationId, seq: { gt: afterSeq } },
        orderBy: { seq: 'asc' },
        take: limit,
      });
      return rows.map((r) => ({
        seq: r.seq,
        stepName: r.stepName,
        atMs: r.at.getTime(),
        stream: zStream.parse(r.stream),
        text: r.text,
      }));
    },
    newestOfDraft: async (draftId, kinds) => {
      const row = await prisma.operation.findFirst({
        where: { kind: { in: [...kinds] }, input: { path: ['draftId'], equals: draftId } },
        orderBy: { createdAt: 'desc' },
        select: { id: true },
      });
      const found = row === null ? null : await findOperation(prisma, row.id);
      return found === null ? null : toStoredOperation(found);
    },
    newestOfServer: async (serverId) => {
      const row = await prisma.operation.findFirst({
        where: { serverId },
        orderBy: { createdAt: 'desc' },
        select: { id: true },
      });
      return row?.id ?? null;
    },
  };
}
