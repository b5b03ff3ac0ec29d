import type { Prisma } from './prisma-client.ts';

/**
 * Forgets keys that were stored for runs that ended without placing them. A run that succeeds forgets its keys
 * itself; one that was undone, cancelled or closed cannot begin again, and nobody needs them any more. The key
 * of an authority that a pair has by now stays.
 */
export async function forgetLeftKeys(prisma: Prisma): Promise<void> {
  await prisma.$executeRaw`
    DELETE FROM secret s USING operation o
    WHERE o.kind = 'encrypt-replication' AND o.status IN ('undone', 'cancelled', 'closed')
      AND s.id IN (
        o.input #>> '{material,primary,keySecretId}',
        o.input #>> '{material,standby,keySecretId}',
        o.input #>> '{material,authority,keySecretId}')
      AND NOT EXISTS (SELECT 1 FROM pair p WHERE p.tls ->> 'caSecretId' = s.id)`;
}
