import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { NodeFacts, PairFactsReader } from '#server/ports/pair-facts.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { locationOf } from './instance-location.ts';
import { noPair } from './pair-column.ts';
import type { Prisma } from './prisma-client.ts';

/** Operations that make roles, rules or slots for a pair; one that was closed may have recorded it before. */
const MAKERS = ['setup-standby', 'adopt-pair', 'prepare-pair'];
const WITH_NODES = {
  members: { include: { instance: { include: { server: { select: { name: true } } } } } },
} as const;

const zEnvironment = z.enum(['production', 'staging', 'development']);
const zMode = z.enum(['asynchronous', 'synchronous']);

type PairRow = NonNullable<Awaited<ReturnType<typeof findPair>>>;
type InstanceRow = PairRow['members'][number]['instance'];

function findPair(prisma: Prisma, id: string) {
  return prisma.pair.findUnique({ where: { id }, include: WITH_NODES });
}

function instanceOf(row: PairRow, role: 'primary' | 'standby'): InstanceRow {
  const instance = row.members.find((member) => member.role === role)?.instance;
  if (instance !== undefined) return instance;
  throw new AppError('ASSERTION', { message: `pair ${row.name} has no ${role}` });
}

function nodeOf(instance: InstanceRow): NodeFacts {
  return {
    serverId: instance.serverId,
    serverName: instance.server.name,
    instanceId: instance.id,
    location: locationOf(instance),
  };
}

/** What the inventory and the operations record about a pair. */
export function createPairFactsReader(prisma: Prisma): PairFactsReader {
  return {
    get: async (pairId) => {
      const row = await findPair(prisma, pairId);
      if (row === null) throw noPair(pairId);
      const [primary, standby] = [instanceOf(row, 'primary'), instanceOf(row, 'standby')];
      const makers = await prisma.operation.findMany({
        where: { pairId, kind: { in: MAKERS }, status: { in: ['succeeded', 'closed'] } },
        orderBy: { createdAt: 'desc' },
        select: { input: true },
      });
      return {
        pairId,
        name: row.name,
        environment: zEnvironment.parse(row.environment),
        mode: zMode.parse(row.mode),
        systemIdentifier: primary.systemIdentifier,
        slotName: row.slotName,
        replicationRole: row.replicationRole,
        rewindRole: row.rewindRole,
        monitor: {
          role: primary.monitorRole ?? '',
          secretId: primary.monitorSecretId ?? '',
          given: primary.monitorRoleGiven,
        },
        primary: nodeOf(primary),
        standby: nodeOf(standby),
        // Written by the store from an operation's parsed input.
        madeWith: makers.map((maker) => maker.input as Json),
      };
    },
  };
}
