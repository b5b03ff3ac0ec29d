import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { Assessment } from '#server/domain/assessment.ts';
import type { HistoryPoint } from '#server/domain/history.ts';
import type { PairReader, StoredNode, StoredPair } from '#server/ports/pair-reader.ts';
import { locationOf } from './instance-location.ts';
import { noPair } from './pair-column.ts';
import { zDetached, zGateWish, zTls } from './pair-states.ts';
import type { Prisma } from './prisma-client.ts';

const WITH_NODES = {
  members: { include: { instance: { include: { server: { select: { name: true, host: true } } } } } },
  assessments: { where: { kind: 'switchover' } },
  fences: { where: { state: { not: 'set' } }, orderBy: { createdAt: 'desc' } },
} as const;

type PairRow = Awaited<ReturnType<typeof findPairs>>[number];

function findPairs(prisma: Prisma, id?: string) {
  return prisma.pair.findMany({
    include: WITH_NODES,
    orderBy: { name: 'asc' },
    ...(id === undefined ? {} : { where: { id } }),
  });
}

function nodeOf(row: PairRow, role: 'primary' | 'standby'): StoredNode {
  const instance = row.members.find((m) => m.role === role)?.instance;
  if (instance === undefined) throw new AppError('ASSERTION', { message: `pair ${row.name} has no ${role}` });
  return {
    instanceId: instance.id,
    serverId: instance.serverId,
    serverName: instance.server.name,
    host: instance.address ?? instance.server.host,
    port: instance.port,
    dataDirectory: instance.dataDirectory,
    kind: locationOf(instance).kind,
    majorVersion: instance.majorVersion,
    role,
  };
}

function toStored(row: PairRow, locks: ReadonlyMap<string, string>): StoredPair {
  const [primary, standby] = [nodeOf(row, 'primary'), nodeOf(row, 'standby')];
  return {
    id: row.id,
    name: row.name,
    environment: z.enum(['production', 'staging', 'development']).parse(row.environment),
    epoch: row.epoch,
    mode: z.enum(['asynchronous', 'synchronous']).parse(row.mode),
    slotName: row.slotName,
    prepared: row.slotName !== null && row.replicationRole !== null && row.rewindRole !== null,
    primary,
    standby,
    runningOperationId: locks.get(primary.instanceId) ?? locks.get(standby.instanceId) ?? null,
    mustRejoinInstanceId: row.mustRejoinInstanceId,
    detached: zDetached.parse(row.detached),
    tls: zTls.parse(row.tls),
    gateWish: zGateWish.parse(row.gateWish),
    readiness: readinessOf(row),
    pendingFence: fenceOf(row),
  };
}

/** What stands in the way, or what is at risk; the newest look's own words. */
function readinessOf(row: PairRow): StoredPair['readiness'] {
  const result = row.assessments[0]?.result;
  if (result == null) return null;
  // Written by the change store alone, so its shape is what was put in.
  const { readiness, takenAtMs, gates, refusal, epoch } = result as unknown as Assessment;
  if (epoch !== row.epoch) return null;
  const reasons = gates
    .filter((g) => g.state !== 'ok')
    .map((g) => ({ en: `${g.title.en}: ${g.detail.en}`, de: `${g.title.de}: ${g.detail.de}` }));
  return { state: readiness, takenAtMs, reasons: refusal === null ? reasons : [refusal] };
}

function fenceOf(row: PairRow): StoredPair['pendingFence'] {
  const fence = row.fences[0];
  if (fence === undefined) return null;
  return {
    serverName: fence.serverName,
    sinceMs: fence.createdAt.getTime(),
    state: z.enum(['pending', 'conflict']).parse(fence.state),
    detail: fence.detail,
  };
}

const number = (value: bigint | null): number | null => (value === null ? null : Number(value));

/** Pairs, history and events as the pages show them. */
export function createPairReader(prisma: Prisma): PairReader {
  const read = async (id?: string): Promise<StoredPair[]> => {
    const [rows, locks] = await Promise.all([findPairs(prisma, id), prisma.operationLock.findMany()]);
    const byResource = new Map(locks.map((l) => [l.resourceId, l.operationId]));
    return rows.map((row) => toStored(row, byResource));
  };
  return {
    list: () => read(),
    get: async (id) => {
      const [pair] = await read(id);
      if (pair === undefined) throw noPair(id);
      return pair;
    },
    history: async (pairId, resolution, fromMs) => {
      const rows = await prisma.lagRollup.findMany({
        where: { pairId, resolution, bucketStart: { gte: new Date(fromMs) } },
        orderBy: { bucketStart: 'asc' },
      });
      return rows.map((r): HistoryPoint => ({
        atMs: r.bucketStart.getTime(),
        notReceivedBytes: number(r.notReceivedMax),
        notReplayedBytes: number(r.notReplayedMax),
        lagSeconds: r.replayDelayMax,
        walBytesPerSecond: r.walRateAvg,
        slotRetainedBytes: number(r.slotRetainedMax),
        commitsPerSecond: r.commitsAvg,
      }));
    },
    events: async (pairId, limit) => {
      const rows = await prisma.pairEvent.findMany({
        where: { pairId },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map((r) => ({ atMs: r.at.getTime(), code: r.code, severity: r.severity }));
    },
  };
}
