import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBetterAuth } from '#server/adapters/auth/better-auth.ts';
import { createIdentity } from '#server/adapters/auth/identity.ts';
import { hashPassword } from '#server/adapters/auth/hash-password.ts';
import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { createIdentityRows } from '#server/adapters/store/identity-rows.ts';
import { Secret } from '#server/domain/secret.ts';
import type { Identity, IdentityRows } from '#server/ports/identity.ts';
import { startTestDatabase, type TestDatabase } from './control-database.ts';

const url = new URL('https://tandem.example.org');
const password = 'correct horse battery';
let database: TestDatabase;
let rows: IdentityRows;

beforeAll(async () => {
  database = await startTestDatabase();
  rows = createIdentityRows(database.prisma, systemIds.newId);
});
afterAll(() => database.remove());

function identity(setupToken: string | null = null): Identity {
  const auth = createBetterAuth({
    prisma: database.prisma,
    rows,
    url,
    secret: new Secret('s'.repeat(43)),
    allowedOrigins: [url.origin],
    secureCookies: true,
    clock: systemClock,
    ids: systemIds,
  });
  return createIdentity({ auth, rows, ids: systemIds, setupToken });
}

const claimAs = (name: string, token: string | null = null) =>
  ({ name, email: `${name}@Example.org`, password: new Secret(password), language: 'de', token }) as const;

function request(path: string, body: object, headers: Record<string, string> = {}): Request {
  return new Request(`${url.origin}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url.origin, ...headers },
    body: JSON.stringify(body),
  });
}

const signIn = (email: string, secret: string, headers: Record<string, string> = {}) =>
  identity().answer(request('/sign-in/email', { email, password: secret }, headers));

const cookieOf = (setCookies: string[]) =>
  new Headers({ cookie: setCookies.map((each) => each.split(';')[0]).join('; ') });

it('asks for the setup token when other machines can reach it', async () => {
  const strict = identity('the-token-of-the-launcher');
  expect(await strict.setupStatus()).toEqual({ claimed: false, tokenRequired: true });
  for (const token of [null, '', 'the-token']) {
    await expect(strict.claim(claimAs('ada', token), new Headers())).rejects.toMatchObject({
      code: 'SETUP_TOKEN_WRONG',
    });
  }
  expect(await rows.isClaimed()).toBe(false);
});

it('gives the installation to exactly one of many who claim it at once', async () => {
  const names = ['ada', 'bea', 'cleo', 'dora'];
  const answers = await Promise.allSettled(
    names.map((name) => identity().claim(claimAs(name), new Headers())),
  );
  const winners = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  expect(winners).toHaveLength(1);
  expect(await database.prisma.user.count()).toBe(1);
  const [cookies = []] = winners;
  expect(cookies[0]).toMatch(/^__Secure-tandem\.session_token=.*HttpOnly; Secure; SameSite=Lax/);
  expect(await identity().sessionOf(cookieOf(cookies))).toMatchObject({ language: 'de' });
  await expect(identity().claim(claimAs('eve'), new Headers())).rejects.toMatchObject({
    code: 'ALREADY_CLAIMED',
  });
});

it('knows no session without a valid cookie', async () => {
  expect(await identity().sessionOf(new Headers())).toBeNull();
  expect(
    await identity().sessionOf(new Headers({ cookie: '__Secure-tandem.session_token=forged.signature' })),
  ).toBeNull();
});

it('has no sign-up and no password reset by mail', async () => {
  const body = { name: 'eve', email: 'eve@example.org', password, newPassword: password, token: 't' };
  for (const path of ['/sign-up/email', '/request-password-reset', '/reset-password']) {
    expect((await identity().answer(request(path, body))).status).toBeGreaterThanOrEqual(400);
  }
  expect(await database.prisma.user.count()).toBe(1);
});

it('refuses a sign-in that a page of another site sends with a cookie', async () => {
  const headers = { origin: 'https://evil.example', cookie: '__Secure-tandem.session_token=x.y' };
  expect((await signIn('ada@example.org', password, headers)).status).toBe(403);
});

it('ends all sessions when the password is reset on the machine', async () => {
  const email = await rows.resetPassword(await hashPassword(new Secret('a new long password')));
  expect(await database.prisma.session.count()).toBe(0);
  expect((await signIn(email ?? '', password)).status).toBe(401);
  const answer = await signIn(email ?? '', 'a new long password');
  expect(answer.status).toBe(200);
  expect(await identity().sessionOf(cookieOf(answer.headers.getSetCookie()))).not.toBeNull();
});

it('limits guesses at an account, whatever address they pretend to come from', async () => {
  const statuses: number[] = [];
  for (let n = 1; n <= 12; n++) {
    const answer = await signIn('victim@example.org', `guess ${n}`, { 'x-forwarded-for': `198.51.100.${n}` });
    statuses.push(answer.status);
  }
  expect(statuses.slice(0, 10).every((status) => status === 401)).toBe(true);
  expect(statuses.slice(10)).toEqual([429, 429]);
});
