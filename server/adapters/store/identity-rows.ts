import type { IdentityRows } from '#server/ports/identity.ts';
import type { Prisma } from './prisma-client.ts';

const CLAIM = 'installation.claimed';
const PASSWORD_PROVIDER = 'credential';

/** Users and counters in the control database. */
export function createIdentityRows(prisma: Prisma, newId: () => string): IdentityRows {
  return {
    isClaimed: async () => (await prisma.setting.findUnique({ where: { key: CLAIM } })) !== null,
    claim: (user) => claim(prisma, newId, user),
    countWithin: (key, windowMs, nowMs) => countWithin(prisma, newId(), { key, windowMs, nowMs }),
    countSoFar: async (key, windowMs, nowMs) => {
      const row = await prisma.rateLimit.findUnique({ where: { key } });
      return row !== null && Number(row.lastRequest) > nowMs - windowMs ? row.count : 0;
    },
    forgetCount: async (key) => {
      await prisma.rateLimit.deleteMany({ where: { key } });
    },
    resetPassword: (passwordHash) => resetPassword(prisma, passwordHash),
  };
}

/** The setting's primary key is the rule: of two claims at once, one inserts it. */
async function claim(
  prisma: Prisma,
  newId: () => string,
  user: Parameters<IdentityRows['claim']>[0],
): Promise<boolean> {
  const { passwordHash, ...person } = user;
  return prisma.$transaction(async (tx) => {
    const { count } = await tx.setting.createMany({
      data: [{ key: CLAIM, value: { userId: user.id } }],
      skipDuplicates: true,
    });
    if (count === 0) return false;
    const account = {
      id: newId(),
      accountId: user.id,
      providerId: PASSWORD_PROVIDER,
      password: passwordHash,
    };
    await tx.user.create({ data: { ...person, emailVerified: true, accounts: { create: account } } });
    await tx.auditEntry.create({ data: { actor: user.name, action: 'installation.claim', details: {} } });
    return true;
  });
}

async function countWithin(
  prisma: Prisma,
  id: string,
  o: { key: string; windowMs: number; nowMs: number },
): Promise<number> {
  const windowStart = o.nowMs - o.windowMs;
  const rows = await prisma.$queryRaw<{ count: number }[]>`
    insert into rate_limit (id, key, count, "lastRequest") values (${id}, ${o.key}, 1, ${o.nowMs}::bigint)
    on conflict (key) do update set
      count = case when rate_limit."lastRequest" <= ${windowStart}::bigint then 1 else rate_limit.count + 1 end,
      "lastRequest" = case when rate_limit."lastRequest" <= ${windowStart}::bigint
        then excluded."lastRequest" else rate_limit."lastRequest" end
    returning count`;
  return rows[0]?.count ?? 0;
}

async function resetPassword(prisma: Prisma, password: string): Promise<string | null> {
  return prisma.$transaction(async (tx) => {
    const account = await tx.account.findFirst({
      where: { providerId: PASSWORD_PROVIDER },
      include: { user: true },
    });
    if (!account) return null;
    await tx.account.update({ where: { id: account.id }, data: { password } });
    await tx.session.deleteMany({ where: { userId: account.userId } });
    await tx.auditEntry.create({
      data: { actor: 'console', action: 'password.reset', target: account.user.email, details: {} },
    });
    return account.user.email;
  });
}
