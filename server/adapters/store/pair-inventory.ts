import { AppError } from '#server/errors/app-error.ts';
import type { NewMember, PairInventory } from '#server/ports/inventory.ts';
import { controlSystemIdentifier } from './control-database.ts';
import { Prisma as Sql } from './generated/client.ts';
import { hookSecrets } from './pair-hooks.ts';
import { secretsOfRoutes } from './pair-routes.ts';
import { zGateWish, zTls } from './pair-states.ts';
import type { Prisma } from './prisma-client.ts';

function instanceData(m: NewMember) {
  const { location } = m;
  return {
    id: m.instanceId,
    serverId: m.serverId,
    kind: location.kind,
    name: location.name,
    dataDirectory: location.dataDirectory,
    configDirectory: location.configDirectory,
    binDirectory: location.binDirectory,
    osOwner: location.osOwner,
    port: location.port,
    socketDirectory: location.socketDirectory,
    majorVersion: m.majorVersion,
    systemIdentifier: m.systemIdentifier,
    address: m.address,
    superuser: m.superuser,
    monitorRole: m.monitorRole,
    monitorSecretId: m.monitorSecretId,
    monitorRoleGiven: m.monitorRoleGiven,
  };
}

/** Pairs with their instances, written in one transaction; the control database itself is refused. */
export function createPairInventory(prisma: Prisma): PairInventory {
  return {
    exists: async (pairId) => (await prisma.pair.count({ where: { id: pairId } })) > 0,
    register: async (pair) => {
      if ((await controlSystemIdentifier(prisma)) === pair.primary.systemIdentifier) {
        throw new AppError('CONTROL_DATABASE_IS_MANAGED', {
          message: `${pair.name} is the database system that Tandem itself runs on`,
          hint: 'A control plane cannot fail over its own database: give Tandem another one (DATABASE_URL).',
        });
      }
      try {
        await prisma.$transaction([
          prisma.instance.create({ data: instanceData(pair.primary) }),
          prisma.instance.create({ data: instanceData(pair.standby) }),
          prisma.pair.create({
            data: {
              id: pair.pairId,
              name: pair.name,
              environment: pair.environment,
              mode: pair.mode,
              slotName: pair.slotName,
              replicationRole: pair.replicationRole,
              rewindRole: pair.rewindRole,
              gateWish: pair.gateWish,
              members: {
                create: [
                  { instanceId: pair.primary.instanceId, role: 'primary' },
                  { instanceId: pair.standby.instanceId, role: 'standby' },
                ],
              },
            },
          }),
        ]);
      } catch (thrown) {
        throw taken(thrown, pair.name);
      }
    },
    prepared: async (pairId) => {
      const pair = await prisma.pair.findUnique({ where: { id: pairId } });
      const { slotName, replicationRole, rewindRole } = pair ?? {};
      if (slotName == null || replicationRole == null || rewindRole == null) return null;
      return { slotName, replicationRole, rewindRole };
    },
    prepare: async (id, preparation) => {
      await prisma.pair.update({ where: { id }, data: { ...preparation } });
    },
    unprepare: async (id) => {
      await prisma.pair.update({ where: { id }, data: { replicationRole: null, rewindRole: null } });
    },
    ...statesOf(prisma),
    remove: (pairId) => removePair(prisma, pairId),
  };
}

/** States that an operation writes down and takes back. */
function statesOf(prisma: Prisma): Pick<PairInventory, 'tls' | 'setTls' | 'gateWish' | 'setGateWish'> {
  return {
    tls: async (id) => {
      const pair = await prisma.pair.findUnique({ where: { id }, select: { tls: true } });
      return zTls.parse(pair?.tls ?? null);
    },
    setTls: async (id, tls) => {
      await prisma.pair.update({ where: { id }, data: { tls: tls === null ? Sql.DbNull : { ...tls } } });
    },
    gateWish: async (id) => {
      const pair = await prisma.pair.findUnique({ where: { id }, select: { gateWish: true } });
      return zGateWish.parse(pair?.gateWish ?? null);
    },
    setGateWish: async (id, gateWish) => {
      await prisma.pair.update({ where: { id }, data: { gateWish } });
    },
  };
}

/** With its instances and the secrets that only its hooks and routes used. */
async function removePair(prisma: Prisma, pairId: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const members = await tx.pairMember.findMany({ where: { pairId } });
    const pair = await tx.pair.findUnique({
      where: { id: pairId },
      select: { hooks: true, routes: true, tls: true },
    });
    await tx.pair.deleteMany({ where: { id: pairId } });
    const secrets = [
      ...hookSecrets(pair?.hooks ?? []),
      ...secretsOfRoutes(pair?.routes ?? []),
      ...secretsOfTls(pair?.tls ?? null),
    ];
    await tx.secret.deleteMany({ where: { id: { in: secrets } } });
    await tx.instance.deleteMany({ where: { id: { in: members.map((m) => m.instanceId) } } });
  });
}

function secretsOfTls(raw: unknown): string[] {
  const tls = zTls.parse(raw);
  return tls === null || tls.caSecretId === null ? [] : [tls.caSecretId];
}

function taken(thrown: unknown, name: string): unknown {
  if (!(thrown instanceof Sql.PrismaClientKnownRequestError) || thrown.code !== 'P2002') return thrown;
  const instance = JSON.stringify(thrown.meta ?? {}).includes('dataDirectory');
  return instance
    ? new AppError('IN_USE', {
        message: 'one of the two instances is in a pair already',
        hint: 'Open that pair, or remove it first.',
        cause: thrown,
      })
    : new AppError('NAME_TAKEN', {
        message: `name: a pair called ${name} exists already`,
        hint: 'Choose another name.',
        data: { field: 'name' },
        cause: thrown,
      });
}
