import * as z from 'zod';
import { CHANGE_KINDS, CHANGE_WAYS, type Assessment } from '#server/domain/assessment.ts';
import type {
  ChangeMember,
  ChangePair,
  ChangeStore,
  ChangeSurroundings,
} from '#server/ports/change-store.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { Prisma as Sql } from './generated/client.ts';
import { locationOf } from './instance-location.ts';
import { pinHooks } from './pair-hooks.ts';
import { pinRoutes } from './pair-routes.ts';
import { zDetached, zGateWish, zTls } from './pair-states.ts';
import type { Prisma } from './prisma-client.ts';

const WITH_NODES = {
  members: { include: { instance: { include: { server: { select: { name: true, host: true } } } } } },
} as const;

type PinServers = Parameters<typeof pinHooks>[1];
type PairRow = Awaited<ReturnType<typeof findPairs>>[number];

function findPairs(prisma: Prisma) {
  return prisma.pair.findMany({ include: WITH_NODES });
}

function memberOf(row: PairRow, role: string): ChangeMember | null {
  const i = row.members.find((m) => m.role === role)?.instance;
  if (i === undefined || i.monitorRole === null || i.monitorSecretId === null) return null;
  return {
    serverId: i.serverId,
    serverName: i.server.name,
    instanceId: i.id,
    location: locationOf(i),
    address: i.address ?? i.server.host,
    monitorRole: i.monitorRole,
    monitorSecretId: i.monitorSecretId,
    superuser: i.superuser,
  };
}

function pairOf(row: PairRow, locks: ReadonlyMap<string, string>, servers: PinServers): ChangePair[] {
  const [primary, standby] = [memberOf(row, 'primary'), memberOf(row, 'standby')];
  const first = row.members[0]?.instance;
  if (primary === null || standby === null || first === undefined) return [];
  return [
    {
      pairId: row.id,
      name: row.name,
      environment: z.enum(['production', 'staging', 'development']).parse(row.environment),
      epoch: row.epoch,
      mode: z.enum(['asynchronous', 'synchronous']).parse(row.mode),
      majorVersion: first.majorVersion,
      systemIdentifier: first.systemIdentifier,
      slotName: row.slotName,
      replicationRole: row.replicationRole,
      rewindRole: row.rewindRole,
      primary,
      standby,
      ...surroundings(row, servers),
      mustRejoinInstanceId: row.mustRejoinInstanceId,
      detached: zDetached.parse(row.detached),
      tls: zTls.parse(row.tls),
      gateWish: zGateWish.parse(row.gateWish),
      runningOperationId: locks.get(primary.instanceId) ?? locks.get(standby.instanceId) ?? null,
    },
  ];
}

function surroundings(
  row: { hooks: unknown; routes: unknown; tls: unknown },
  servers: PinServers,
): ChangeSurroundings {
  const tls = zTls.parse(row.tls);
  return {
    hooks: pinHooks(row.hooks, servers),
    routes: pinRoutes(row.routes, servers),
    encrypted: tls !== null,
    tlsNames: tls?.names ?? {},
  };
}

async function findPinServers(prisma: Prisma): Promise<PinServers> {
  const rows = await prisma.server.findMany({ select: { id: true, name: true, username: true } });
  return new Map(rows.map((row) => [row.id, row]));
}

async function findSurroundings(prisma: Prisma, id: string): Promise<ChangeSurroundings> {
  const [pair, servers] = await Promise.all([
    prisma.pair.findUnique({ where: { id }, select: { hooks: true, routes: true, tls: true } }),
    findPinServers(prisma),
  ]);
  return surroundings(pair ?? { hooks: [], routes: [], tls: null }, servers);
}

const zKind = z.enum(CHANGE_KINDS);
const zWay = z.enum(CHANGE_WAYS).nullable();

/** Looks at pairs in the control database. */
export function createChangeStore(prisma: Prisma): ChangeStore {
  return {
    pairs: async () => {
      const [rows, locks, servers] = await Promise.all([
        findPairs(prisma),
        prisma.operationLock.findMany(),
        findPinServers(prisma),
      ]);
      const byResource = new Map(locks.map((l) => [l.resourceId, l.operationId]));
      return rows.flatMap((row) => pairOf(row, byResource, servers));
    },
    epochOf: async (id) =>
      (await prisma.pair.findUnique({ where: { id }, select: { epoch: true } }))?.epoch ?? null,
    surroundingsOf: (id) => findSurroundings(prisma, id),
    wishes: async () => {
      const rows = await prisma.$queryRaw<{ pairId: string; kind: string; way: string | null }[]>`
        select "pairId", kind, "wantedWay" as way from pair_assessment where "wantedUntil" > clock_timestamp()`;
      return rows.map((r) => ({ pairId: r.pairId, kind: zKind.parse(r.kind), way: zWay.parse(r.way) }));
    },
    want: async ({ pairId, kind, way }, forMs) => {
      await prisma.$executeRaw`
        insert into pair_assessment ("pairId", kind, "wantedUntil", "wantedWay")
        select id, ${kind}, clock_timestamp() + ${forMs} * interval '1 millisecond', ${way} from pair where id = ${pairId}
        on conflict ("pairId", kind) do update
        set "wantedUntil" = excluded."wantedUntil", "wantedWay" = excluded."wantedWay"`;
    },
    save: async ({ assessment, input }) => {
      const { pairId, kind } = assessment;
      const data = {
        takenAt: new Date(assessment.takenAtMs),
        result: JSON.parse(JSON.stringify(assessment)) as Sql.InputJsonValue,
        input: input ?? Sql.DbNull,
      };
      await prisma.pairAssessment.upsert({
        where: { pairId_kind: { pairId, kind } },
        create: { pairId, kind, ...data },
        update: data,
      });
    },
    read: async (pairId, kind) => {
      const row = await prisma.pairAssessment.findUnique({ where: { pairId_kind: { pairId, kind } } });
      if (row?.result == null) return null;
      // Written by this store alone, so its shape is what was put in.
      return { assessment: row.result as unknown as Assessment, input: (row.input ?? null) as Json };
    },
    outages: async (pairId, limit) => {
      const rows = await prisma.$queryRaw<{ ms: number }[]>`
        select ((p.output ->> 'firstWriteAtMs')::float8
          - coalesce((s.output ->> 'lastWriteAtMs')::float8, (s.remembered ->> 'stopAskedAtMs')::float8)) as ms
        from operation o
        join step_attempt p on p."operationId" = o.id and p."stepName" = 'promote-new' and p.output is not null
        join step_attempt s on s."operationId" = o.id and s."stepName" = 'stop-old' and s.output is not null
        where o."pairId" = ${pairId} and o.kind = 'switchover' and o.committed
        order by o."createdAt" desc limit ${limit}`;
      return rows.flatMap((r) => (Number.isFinite(r.ms) && r.ms >= 0 ? [Math.round(r.ms)] : []));
    },
  };
}
