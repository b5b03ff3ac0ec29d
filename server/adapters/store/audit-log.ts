import type { AuditLog } from '#server/ports/audit-log.ts';
import type { Prisma } from './prisma-client.ts';

/** The table `audit_entry`. */
export function createAuditLog(prisma: Prisma): AuditLog {
  return {
    append: async (entry) => {
      await prisma.auditEntry.create({ data: entry });
    },
  };
}
