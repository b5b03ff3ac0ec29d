import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { ServerChecks, ServerFacts } from '#server/domain/server-check.ts';
import type { ServerStore, StoredServer } from '#server/ports/server-store.ts';
import { Prisma as Sql } from './generated/client.ts';
import { pairsWithHooksOn } from './pair-hooks.ts';
import { pairsWithRoutesOn } from './pair-routes.ts';
import type { Prisma } from './prisma-client.ts';

const WITH_PAIRS = {
  instances: { select: { membership: { select: { pair: { select: { name: true } } } } } },
} as const;

type Row = NonNullable<Awaited<ReturnType<typeof findServer>>>;

function findServer(prisma: Prisma, id: string) {
  return prisma.server.findUnique({ where: { id }, include: WITH_PAIRS });
}

function toStored({ instances, checks, facts, ...row }: Row): StoredServer {
  return {
    ...row,
    credentialKind: z.enum(['generated-key', 'private-key']).parse(row.credentialKind),
    status: z.enum(['draft', 'verified']).parse(row.status),
    // Written by this store only; their shape is what was put in.
    checks: checks as unknown as ServerChecks,
    facts: facts as unknown as ServerFacts | null,
    pairNames: [...new Set(instances.flatMap((i) => i.membership?.pair.name ?? []))].sort(),
  };
}

const json = (value: unknown): Sql.InputJsonValue => JSON.parse(JSON.stringify(value)) as Sql.InputJsonValue;

/** Servers in the control database. */
export function createServerStore(prisma: Prisma): ServerStore {
  const store: ServerStore = {
    list: async () => {
      const rows = await prisma.server.findMany({ include: WITH_PAIRS, orderBy: { name: 'asc' } });
      return rows.map(toStored);
    },
    get: async (id) => {
      const row = await findServer(prisma, id);
      if (row === null)
        throw new AppError('NOT_FOUND', { message: `no server ${id}`, hint: 'It may have been removed.' });
      return toStored(row);
    },
    create: (server) => named(server.name, () => prisma.server.create({ data: server })),
    update: (id, change) =>
      named(change.name ?? '', async () => {
        const n = await prisma.server.updateMany({ where: { id }, data: change });
        if (n.count === 0) await store.get(id);
      }),
    saveCheck: async (id, row, result) => {
      await prisma.$executeRaw`
        update server set checks = checks || jsonb_build_object(${row}::text, ${JSON.stringify(result)}::jsonb) where id = ${id}`;
    },
    saveFacts: async (id, facts) => {
      await prisma.server.updateMany({ where: { id }, data: { facts: json(facts) } });
    },
    requireUnused: async (id) => {
      const { pairNames } = await store.get(id);
      if (pairNames.length > 0)
        throw new AppError('IN_USE', {
          message: `the pair ${pairNames.join(', ')} uses this server`,
          hint: 'Remove the pair first.',
        });
      await requireNoHookOrRoute(prisma, id);
      const jumper = await prisma.server.findFirst({ where: { jumpServerId: id }, select: { name: true } });
      if (jumper !== null)
        throw new AppError('IN_USE', {
          message: `${jumper.name} is reached over this server`,
          hint: 'Give that server another way first.',
        });
    },
    remove: async (id) => {
      await store.requireUnused(id);
      try {
        await prisma.server.delete({ where: { id } });
      } catch (thrown) {
        throw inUse(thrown);
      }
    },
  };
  return store;
}

/** Hooks and client routes of pairs act on servers that have no instance of theirs. */
async function requireNoHookOrRoute(prisma: Prisma, id: string): Promise<void> {
  const [pair] = await pairsWithHooksOn(prisma, id);
  if (pair !== undefined)
    throw new AppError('IN_USE', {
      message: `a hook of the pair ${pair} runs on this server`,
      hint: 'Change or remove the hook first, on the page "Applications" of the pair.',
    });
  const [routed] = await pairsWithRoutesOn(prisma, id);
  if (routed !== undefined)
    throw new AppError('IN_USE', {
      message: `a client route of the pair ${routed} needs this server`,
      hint: 'Change or remove the route first, on the page "Applications" of the pair.',
    });
}

async function named(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof Sql.PrismaClientKnownRequestError) || thrown.code !== 'P2002') throw thrown;
    throw new AppError('NAME_TAKEN', {
      message: `name: a server called ${name} exists already`,
      hint: 'Choose another name.',
      data: { field: 'name' },
      cause: thrown,
    });
  }
}

function inUse(thrown: unknown): unknown {
  if (!(thrown instanceof Sql.PrismaClientKnownRequestError) || thrown.code !== 'P2003') return thrown;
  return new AppError('IN_USE', {
    message: 'the server is used by a pair or as a jump host',
    hint: 'Remove the pair first, or change the servers that jump over it.',
    cause: thrown,
  });
}
