import type { AuditLog } from '#server/ports/audit-log.ts';
import type { RequestOrigins } from '#server/ports/request-origin.ts';
import type { Prisma } from './prisma-client.ts';

/** The table `audit_entry`; the database numbers, dates and chains what is added. */
export function createAuditLog(prisma: Prisma, origins: Pick<RequestOrigins, 'current'>): AuditLog {
  return {
    append: async (entry) => {
      const origin = origins.current();
      await prisma.auditEntry.create({
        data: { ...entry, requestId: origin?.requestId ?? null, address: origin?.address ?? null },
      });
    },
  };
}
