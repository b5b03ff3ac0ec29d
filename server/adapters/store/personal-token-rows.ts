import * as z from 'zod';
import { TOKEN_SCOPES } from '#server/ports/identity.ts';
import type { PersonalTokenRows, StoredToken } from '#server/ports/personal-tokens.ts';
import type { PersonalToken } from './generated/client.ts';
import type { Prisma } from './prisma-client.ts';

const zScope = z.enum(TOKEN_SCOPES);

function toStored(row: PersonalToken): StoredToken {
  const { id, userId, name, prefix } = row;
  return {
    id,
    userId,
    name,
    prefix,
    scope: zScope.parse(row.scope),
    createdAtMs: row.createdAt.getTime(),
    expiresAtMs: row.expiresAt.getTime(),
    lastUsedAtMs: row.lastUsedAt?.getTime() ?? null,
    revokedAtMs: row.revokedAt?.getTime() ?? null,
  };
}

/** The table `personal_token`. */
export function createPersonalTokenRows(prisma: Prisma): PersonalTokenRows {
  return {
    insert: async ({ createdAtMs, expiresAtMs, lastUsedAtMs: _unused, revokedAtMs: _works, ...token }) => {
      const times = { createdAt: new Date(createdAtMs), expiresAt: new Date(expiresAtMs) };
      await prisma.personalToken.create({ data: { ...token, ...times } });
    },
    list: async (userId) => {
      const rows = await prisma.personalToken.findMany({ where: { userId }, orderBy: { id: 'desc' } });
      return rows.map(toStored);
    },
    revoke: async (id, userId, atMs) => {
      const { count } = await prisma.personalToken.updateMany({
        where: { id, userId, revokedAt: null },
        data: { revokedAt: new Date(atMs) },
      });
      return count === 0 ? null : toStored(await prisma.personalToken.findUniqueOrThrow({ where: { id } }));
    },
    find: async (prefix) => {
      const row = await prisma.personalToken.findUnique({ where: { prefix }, include: { user: true } });
      if (row === null) return null;
      const { name, email, language } = row.user;
      const user = { name, email, language: language === 'de' ? ('de' as const) : ('en' as const) };
      return { token: toStored(row), hash: row.hash, user };
    },
    touch: async (id, atMs, everyMs) => {
      const before = new Date(atMs - everyMs);
      await prisma.personalToken.updateMany({
        where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: before } }] },
        data: { lastUsedAt: new Date(atMs) },
      });
    },
  };
}
