import type { SecretRows } from '#server/ports/secret-store.ts';
import type { Prisma } from './prisma-client.ts';

/** The table `secret`. */
export function createSecretRows(prisma: Prisma): SecretRows {
  return {
    insert: async (row) => {
      await prisma.secret.create({ data: row });
    },
    find: (id) => prisma.secret.findUnique({ where: { id } }),
    remove: async (id) => {
      await prisma.secret.deleteMany({ where: { id } });
    },
    purposesUnderOtherKeys: async (keyId) => {
      const rows = await prisma.secret.findMany({
        where: { keyId: { not: keyId } },
        orderBy: { purpose: 'asc' },
      });
      return rows.map((row) => row.purpose);
    },
  };
}
