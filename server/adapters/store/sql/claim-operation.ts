import type { Prisma } from '../prisma-client.ts';

/**
 * Takes one claimable operation; two workers never take the same. The token is higher than every
 * token given before, to whatever operation: hosts compare tokens per instance.
 */
export async function claimOperation(
  prisma: Prisma,
  o: { workerId: string; leaseMs: number; operationId: string | null },
): Promise<{ id: string; token: bigint } | null> {
  const rows = await prisma.$queryRaw<{ id: string; token: bigint }[]>`
    update operation
    set "leaseToken" = nextval('lease_token'), "leaseOwner" = ${o.workerId},
        "leaseExpiresAt" = clock_timestamp() + ${o.leaseMs} * interval '1 millisecond'
    where id = (
      select id from operation
      where status in ('queued', 'running', 'undoing')
        and ("leaseExpiresAt" is null or "leaseExpiresAt" <= clock_timestamp())
        and (${o.operationId}::text is null or id = ${o.operationId})
      order by "createdAt" limit 1 for update skip locked)
    returning id, "leaseToken" as token`;
  return rows[0] ?? null;
}
