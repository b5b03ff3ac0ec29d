import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createPersonalTokens } from '#server/adapters/auth/personal-tokens.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { createIdentityRows } from '#server/adapters/store/identity-rows.ts';
import { createPersonalTokenRows } from '#server/adapters/store/personal-token-rows.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { startTestDatabase, type TestDatabase } from './control-database.ts';

const DAY_MS = 86_400_000;
let database: TestDatabase;
let clock: TestClock;

beforeAll(async () => {
  database = await startTestDatabase();
  const people = [
    { id: 'ada', name: 'Ada', email: 'ada@example.org', language: 'de' },
    { id: 'bea', name: 'Bea', email: 'bea@example.org', language: 'en' },
  ];
  await database.prisma.user.createMany({ data: people });
});
afterAll(() => database.remove());
beforeEach(() => {
  clock = new TestClock();
});

const tokens = () =>
  createPersonalTokens({
    rows: createPersonalTokenRows(database.prisma),
    counts: createIdentityRows(database.prisma, systemIds.newId),
    clock,
    ids: systemIds,
  });

const issue = (name = 'cron', days = 30) =>
  tokens().issue({ userId: 'ada', name, scope: 'operate', expiresAtMs: clock.nowMs() + days * DAY_MS });

it('speaks for its owner under a name that tells the token', async () => {
  const { text, stored } = await issue('cron');
  expect(text).toMatch(/^tdm_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/);
  expect(await tokens().signIn(text, '192.0.2.1')).toMatchObject({
    userId: 'ada',
    name: 'Ada (token cron)',
    language: 'de',
    token: { id: stored.id, scope: 'operate' },
  });
});

it('keeps nothing of which the token could be made again', async () => {
  const { text } = await issue();
  const rows = await database.prisma.$queryRaw`select row_to_json(t)::text as row from personal_token t`;
  expect(JSON.stringify(rows)).not.toContain(text.split('_').slice(2).join('_'));
});

it('refuses a token whose end has come', async () => {
  const { text } = await issue('short', 1);
  await clock.sleep(DAY_MS - 1);
  await expect(tokens().signIn(text, null)).resolves.toMatchObject({ userId: 'ada' });
  await clock.sleep(1);
  await expect(tokens().signIn(text, null)).rejects.toMatchObject({ message: 'the token has expired' });
});

it('refuses a revoked token at once, and lets nobody else revoke it', async () => {
  const { text, stored } = await issue();
  expect(await tokens().revoke(stored.id, 'bea')).toBeNull();
  await tokens().signIn(text, null);
  expect(await tokens().revoke(stored.id, 'ada')).toMatchObject({ id: stored.id });
  await expect(tokens().signIn(text, null)).rejects.toMatchObject({ message: 'the token was revoked' });
  expect(await tokens().revoke(stored.id, 'ada')).toBeNull();
});

it('refuses the public part with another secret', async () => {
  const { text } = await issue();
  const forged = `${text.slice(0, 13)}${'A'.repeat(43)}`;
  await expect(tokens().signIn(forged, '192.0.2.2')).rejects.toMatchObject({ code: 'ACCESS_TOKEN_REFUSED' });
});

it('notes the last use', async () => {
  const { text, stored } = await issue();
  await tokens().signIn(text, null);
  const [newest] = await tokens().list('ada');
  expect(newest).toMatchObject({ id: stored.id, lastUsedAtMs: clock.nowMs() });
});

it('stops listening to an address that guesses, and to no other', async () => {
  const { text } = await issue();
  for (let n = 1; n <= 20; n++) {
    await expect(tokens().signIn(`tdm_guess${n}`, '203.0.113.9')).rejects.toMatchObject({
      code: 'ACCESS_TOKEN_REFUSED',
    });
  }
  await expect(tokens().signIn(text, '203.0.113.9')).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  await expect(tokens().signIn(text, '203.0.113.10')).resolves.toMatchObject({ userId: 'ada' });
  await clock.sleep(60_001);
  await expect(tokens().signIn(text, '203.0.113.9')).resolves.toMatchObject({ userId: 'ada' });
});
