import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { LossPreview } from '#server/domain/assessment.ts';
import {
  boundOf,
  isExceeded,
  NO_LOSS,
  UNKNOWN_BOUND,
  type LossBound,
  type LossOutcome,
} from '#server/domain/loss-record.ts';
import type { Losses, LossReader, NewLoss } from '#server/ports/losses.ts';
import type { LossRecord } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

const zRelations = z.array(z.string());
const zAtMost = z.object({ value: z.number().nullable(), atMost: z.number().nullable() });
const zEstimate = zAtMost.extend({ confidence: z.enum(['measured', 'estimated', 'unknown']) });
const zPreview: z.ZodType<LossPreview> = z.object({
  bytes: zEstimate,
  transactions: zEstimate,
  seconds: zEstimate,
  guaranteedZero: z.boolean(),
  basis: z.object({ en: z.string(), de: z.string() }),
});
const zInput = z.object({ loss: zPreview });

/** Measured losses in the control database. One that exceeds what was said is an event of its pair. */
export function createLosses(prisma: Prisma, changed: (pairId: string) => void): Losses {
  return {
    record: async (loss) => {
      const { pairId } = loss;
      const epoch = loss.rejoinEpoch - 1;
      const [change, rejoin] = await Promise.all([
        newest(prisma, pairId, ['failover', 'switchover'], epoch, true),
        newest(prisma, pairId, ['rejoin'], loss.rejoinEpoch, false),
      ]);
      if (rejoin === null) throw new AppError('NOT_FOUND', { message: 'no rejoin of the pair is known' });
      const bound = change === null ? UNKNOWN_BOUND : promisedBy(change);
      const row = { ...rowOf(loss, bound), changeId: change?.id ?? null, rejoinId: rejoin.id };
      const before = await prisma.lossRecord.findUnique({ where: { pairId_epoch: { pairId, epoch } } });
      const save = prisma.lossRecord.upsert({
        where: { pairId_epoch: { pairId, epoch } },
        create: { pairId, epoch, ...row },
        update: row,
      });
      const isNews = row.exceeded && before?.exceeded !== true;
      const evidence = [{ code: 'loss-exceeded', node: null, values: { transactions: loss.transactions } }];
      const event = { pairId, at: row.measuredAt, code: 'loss-exceeded', severity: 'critical', evidence };
      const [saved] = await prisma.$transaction([
        save,
        ...(isNews ? [prisma.pairEvent.create({ data: event })] : []),
      ]);
      changed(pairId);
      return outcomeOf(saved);
    },
  };
}

export function createLossReader(prisma: Prisma): LossReader {
  const of = (id: string) => ({ OR: [{ changeId: id }, { rejoinId: id }] });
  return {
    ofOperation: async (id) => {
      const row = await prisma.lossRecord.findFirst({ where: of(id), omit: { walText: true } });
      return row === null ? null : outcomeOf(row);
    },
    ofPair: async (pairId) => {
      const rows = await prisma.lossRecord.findMany({ where: { pairId }, omit: { walText: true } });
      return rows.map(outcomeOf);
    },
    walText: async (id) => {
      const row = await prisma.lossRecord.findFirst({ where: of(id), select: { walText: true } });
      return row === null ? null : gunzipSync(row.walText).toString('utf8');
    },
  };
}

function newest(prisma: Prisma, pairId: string, kinds: string[], epoch: number, committed: boolean) {
  return prisma.operation.findFirst({
    where: {
      pairId,
      kind: { in: kinds },
      input: { path: ['epoch'], equals: epoch },
      ...(committed ? { committed } : {}),
    },
    orderBy: { createdAt: 'desc' },
    select: { id: true, kind: true, input: true },
  });
}

function promisedBy({ kind, input }: { kind: string; input: unknown }): LossBound {
  if (kind === 'switchover') return NO_LOSS;
  const parsed = zInput.safeParse(input);
  return parsed.success ? boundOf(parsed.data.loss) : UNKNOWN_BOUND;
}

function rowOf({ transactions, committedBytes, relations, walText, walTextCut }: NewLoss, bound: LossBound) {
  return {
    measuredAt: new Date(),
    transactions,
    committedBytes: BigInt(committedBytes),
    relations,
    atMostTransactions: bound.transactions,
    atMostBytes: bound.bytes === null ? null : BigInt(bound.bytes),
    exceeded: isExceeded({ transactions, committedBytes, relations }, bound),
    walText: new Uint8Array(gzipSync(walText)),
    walTextBytes: Buffer.byteLength(walText),
    walTextCut,
  };
}

function outcomeOf(row: Omit<LossRecord, 'walText'>): LossOutcome {
  return {
    measured: {
      transactions: row.transactions,
      committedBytes: Number(row.committedBytes),
      relations: zRelations.parse(row.relations),
    },
    bound: {
      transactions: row.atMostTransactions,
      bytes: row.atMostBytes === null ? null : Number(row.atMostBytes),
    },
    exceeded: row.exceeded,
    measuredAtMs: row.measuredAt.getTime(),
    changeId: row.changeId,
    rejoinId: row.rejoinId,
    walText: { bytes: row.walTextBytes, cut: row.walTextCut },
  };
}
