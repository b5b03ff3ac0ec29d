import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRequestOrigins } from '#server/adapters/origins/async-request-origins.ts';
import { createAuditLog } from '#server/adapters/store/audit-log.ts';
import { createAuditReader } from '#server/adapters/store/audit-reader.ts';
import { createLossReader } from '#server/adapters/store/losses.ts';
import { createPairHistoryReader } from '#server/adapters/store/pair-history-reader.ts';
import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { createPairHistoryService } from '#server/services/pair-history-service.ts';
import { createAuditService } from '#server/services/audit-service.ts';
import { startTestDatabase, type TestDatabase } from './control-database.ts';

let database: TestDatabase;
const origins = createRequestOrigins();

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.remove());

const log = () => createAuditLog(database.prisma, origins);
const service = () => createAuditService(createAuditReader(database.prisma));
const add = (n: number) =>
  log().append({
    actor: n % 2 === 0 ? 'Ada' : 'Bea',
    action: 'test',
    target: `Zürich „${n}“ \\ \u0007`,
    details: { n, half: n / 2, big: 2 ** 53 - 1, yes: true, nothing: null, ä: '€' },
    pairId: n % 3 === 0 ? 'p3' : null,
  });

async function refused(sql: string): Promise<string> {
  try {
    await database.prisma.$executeRawUnsafe(sql);
    return 'accepted';
  } catch (error) {
    return String(error);
  }
}

it('chains entries of many writers at once without a hole or a fork', async () => {
  await Promise.all(Array.from({ length: 60 }, (_, n) => add(n)));
  expect(await service().verify()).toMatchObject({ checked: 60, broken: null });
});

it('leaves no hole where a transaction was rolled back', async () => {
  await database.prisma
    .$transaction(async (tx) => {
      await tx.auditEntry.create({ data: { actor: 'Eve', action: 'test', details: {} } });
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await add(60);
  expect(await service().verify()).toMatchObject({ checked: 61, broken: null });
});

it('names the request and its address, each request its own', async () => {
  const from = (n: number) =>
    origins.run({ requestId: `r${n}`, address: `192.0.2.${n}` }, () =>
      log().append({ actor: 'Ada', action: `from-${n}`, target: null, details: {} }),
    );
  await Promise.all([from(1), from(2)]);
  for (const n of [1, 2]) {
    const { entries } = await service().list({ action: `from-${n}` }, null, 10);
    expect(entries).toMatchObject([{ requestId: `r${n}`, address: `192.0.2.${n}` }]);
  }
});

it('gives pages without gap or overlap, for each filter', async () => {
  for (const filter of [{}, { actor: 'Ada' }, { action: 'test' }, { pairId: 'p3' }]) {
    const found: string[] = [];
    let next: string | null = null;
    do {
      const page = await service().list(filter, next, 7);
      found.push(...page.entries.map((entry) => entry.id));
      next = page.next;
    } while (next !== null);
    const all: string[] = [];
    for await (const entry of service().all(filter)) all.push(entry.id);
    expect(found).toEqual(all.toReversed());
    expect(found.length).toBeGreaterThan(15);
  }
});

it('finds the entries of a pair also by its runs', async () => {
  await database.prisma.$executeRaw`
    insert into operation (id, kind, version, "planHash", title, input, pins, plan, status, "startedBy", "pairId")
    values ('op9', 'k', 1, 'h', 't', '{}', '{}', '{}', 'running', 'ada', 'p9')`;
  await log().append({
    actor: 'Ada',
    action: 'operation-cancelled',
    target: null,
    details: { operationId: 'op9' },
  });
  await log().append({
    actor: 'Ada',
    action: 'operation-cancelled',
    target: null,
    details: { operationId: 'op8' },
  });
  expect((await service().list({ pairId: 'p9' }, null, 10)).entries).toHaveLength(1);
});

it("tells a pair's history in pages without gap or overlap, decisions beside their runs", async () => {
  const { prisma } = database;
  await prisma.$executeRaw`
    insert into operation (id, kind, version, "planHash", title, input, pins, plan, status, "startedBy", "pairId", "createdAt")
    select 'run' || n, 'switchover', 1, 'h', 't', '{"reason": "kernel"}', '{}',
      '{"title": {"en": "t", "de": "t"}, "steps": [], "gates": [], "pointOfNoReturn": null}', 'succeeded', 'Ada', 'p7',
      now() - n * interval '1 minute' from generate_series(1, 12) as n`;
  for (let n = 1; n <= 12; n++) {
    const details = { operationId: `run${n}`, typed: 'db2' };
    await log().append({ actor: 'Ada', action: 'switchover-started', target: null, details, pairId: 'p7' });
    await log().append({ actor: 'Ada', action: 'noted', target: String(n), details: {}, pairId: 'p7' });
  }
  const history = createPairHistoryService({
    history: createPairHistoryReader(prisma),
    audit: createAuditReader(prisma),
    losses: createLossReader(prisma),
    clock: systemClock,
  });
  const seen: string[] = [];
  let next: number | null = null;
  do {
    const page = await history.ofPair('p7', next, 5);
    for (const item of page.items) {
      seen.push(
        item.type === 'run'
          ? item.operationId
          : item.type === 'entry'
            ? `entry ${item.entry.target}`
            : item.code,
      );
      if (item.type !== 'run') continue;
      expect(item).toMatchObject({ reason: 'kernel', entries: [{ details: { typed: 'db2' } }] });
    }
    next = page.next;
  } while (next !== null);
  expect(seen.filter((name) => name.startsWith('run'))).toEqual(
    Array.from({ length: 12 }, (_, n) => `run${n + 1}`),
  );
  expect(new Set(seen).size).toBe(24);
});

it('lets nobody choose the place, the time or the hash of an entry', async () => {
  const at = new Date(0);
  await database.prisma.auditEntry.create({
    data: {
      id: 3n,
      at,
      actor: 'Eve',
      action: 'test',
      details: {},
      hash: 'f',
      canonical: '{}',
      previousHash: 'f',
    },
  });
  const { entries } = await service().list({}, null, 1);
  expect(entries[0]).toMatchObject({ actor: 'Eve', atMs: expect.toSatisfy((ms: number) => ms > 1e12) });
  expect(await service().verify()).toMatchObject({ broken: null });
});

it('refuses to change, remove or empty', async () => {
  expect(await refused(`update audit_entry set actor = 'Eve'`)).toContain('append-only');
  expect(await refused('delete from audit_entry where id = 1')).toContain('append-only');
  expect(await refused('truncate audit_entry')).toContain('append-only');
});

it('shows what somebody changed who switched the rules off', async () => {
  expect(await refused('alter table audit_entry disable trigger all')).toBe('accepted');
  await refused(`update audit_entry set actor = 'Eve' where id = 17`);
  expect(await service().verify()).toMatchObject({ checked: 16, broken: { id: '17' } });
});
