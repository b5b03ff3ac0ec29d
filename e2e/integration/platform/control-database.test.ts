import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlSystemIdentifier } from '#server/adapters/store/control-database.ts';
import { applyMigrations } from '#server/adapters/store/migrations/apply-migrations.ts';
import { SCHEMA_FILE } from '#server/adapters/store/migrations/migration-files.ts';
import { readClosedLists } from '../../../scripts/closed-lists.ts';
import { startTestDatabase, type TestDatabase } from './control-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.remove());

const refused = async (sql: string): Promise<string> => {
  try {
    await database.prisma.$executeRawUnsafe(sql);
    return 'accepted';
  } catch (error) {
    return String(error);
  }
};

describe('migrations', () => {
  it('are applied once, also by processes that start at the same time', async () => {
    const again = await Promise.all([1, 2, 3].map(() => applyMigrations(database.databaseUrl)));
    expect(again).toEqual([[], [], []]);
    const rows = await database.prisma.$queryRaw<{ migration_name: string; count: bigint }[]>`
      select migration_name, count(*) from _prisma_migrations where finished_at is not null group by 1`;
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row.count).toBe(1n);
  });
});

describe('the database itself', () => {
  it.each(readClosedLists(readFileSync(SCHEMA_FILE, 'utf8')))(
    'knows the only values of $table.$column',
    async (list) => {
      const rows = await database.prisma.$queryRaw<{ definition: string }[]>`
      select pg_get_constraintdef(oid) as definition from pg_constraint
      where conname = ${`${list.table}_${list.column}_closed`}`;
      for (const value of list.values) expect(rows[0]?.definition).toContain(value);
    },
  );

  it('refuses a value outside of a closed list', async () => {
    const sql = `insert into "user" (id, name, email, language, "updatedAt") values ('u', 'n', 'e', 'fr', now())`;
    expect(await refused(sql)).toContain('user_language_closed');
  });

  it('refuses to change or remove an audit entry', async () => {
    const data = { actor: 'ada', action: 'test', details: {} };
    await database.prisma.auditEntry.create({ data });
    expect(await refused(`update audit_entry set actor = 'eve'`)).toContain('append-only');
    expect(await refused('delete from audit_entry')).toContain('append-only');
  });

  it('refuses to change a step attempt that has finished', async () => {
    await database.prisma.$executeRaw`
      insert into operation (id, kind, version, "planHash", title, input, pins, plan, status, "startedBy")
      values ('op', 'k', 1, 'h', 't', '{}', '{}', '{}', 'running', 'ada')`;
    await database.prisma.$executeRaw`
      insert into step_attempt ("operationId", "stepName", direction, attempt, "leaseToken", status, "startedAt")
      values ('op', 's', 'forward', 1, 1, 'started', now())`;
    expect(await refused(`update step_attempt set status = 'done', "finishedAt" = now()`)).toBe('accepted');
    expect(await refused(`update step_attempt set status = 'failed'`)).toContain('append-only');
  });

  it('tells its system identifier, so that it is never registered as a managed instance', async () => {
    expect(await controlSystemIdentifier(database.prisma)).toMatch(/^\d{15,}$/);
  });
});
