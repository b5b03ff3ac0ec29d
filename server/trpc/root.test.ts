import { expect, it } from 'vitest';
import type { AnyProcedure } from '@trpc/server';
import { z } from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { SignedIn } from '#server/ports/identity.ts';
import type { TrpcContext } from './context.ts';
import { appRouter } from './root.ts';
import { createCallerFactory } from './trpc.ts';

/** Procedures that answer without a session. Adding one is a decision. */
const PUBLIC = ['setup.claim', 'setup.status'];

const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>);
const names = procedures.map(([name]) => name);
const isPublic = (procedure: AnyProcedure) =>
  (procedure._def.meta as { public?: boolean } | undefined)?.public === true;

const ada: SignedIn = {
  sessionId: 's',
  userId: 'u',
  name: 'n',
  email: 'e',
  language: 'en',
  token: null,
};

/** Nobody is signed in, and reaching anything behind the gate is an error of its own. */
const nobody: TrpcContext = {
  session: null,
  refusal: null,
  services: untouchable('services'),
  identity: untouchable('identity'),
  log: { debug() {}, info() {}, warn() {}, error() {}, child: () => nobody.log },
  requestId: 'r1',
  inRequest: (work) => work(),
  requestHeaders: new Headers(),
  responseHeaders: new Headers(),
  sameOrigin: true,
  insecure: false,
};

function untouchable<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get() {
      throw new Error(`reached ${name} without a session`);
    },
  });
}

function call(name: string, context: TrpcContext): Promise<unknown> {
  const caller = createCallerFactory(appRouter)(context) as unknown as Record<string, unknown>;
  const target = name.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], caller);
  return (target as (input: unknown) => Promise<unknown>)({});
}

it('has exactly the public procedures that are listed', () => {
  expect(
    procedures
      .filter(([, procedure]) => isPublic(procedure))
      .map(([name]) => name)
      .sort(),
  ).toEqual(PUBLIC);
});

it.each(names.filter((name) => !PUBLIC.includes(name)))('refuses %s without a session', async (name) => {
  await expect(call(name, nobody)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

const changing = procedures
  .filter(([, procedure]) => procedure._def.type === 'mutation')
  .map(([name]) => name);

it.each(changing)('refuses %s from a page of another site', async (name) => {
  const answer = call(name, { ...nobody, session: ada, sameOrigin: false });
  await expect(answer).rejects.toMatchObject({
    cause: expect.any(AppError),
    message: expect.stringContaining('address'),
  });
});

it.each(changing.filter((name) => !PUBLIC.includes(name)))(
  'refuses %s to a token that may only look',
  async (name) => {
    const answer = call(name, { ...nobody, session: { ...ada, token: { id: 't', scope: 'read' } } });
    await expect(answer).rejects.toMatchObject({ cause: { code: 'ACCESS_TOKEN_READ_ONLY' } });
  },
);

it.each(names.filter((name) => name.startsWith('token.')))('refuses %s to every token', async (name) => {
  const answer = call(name, { ...nobody, session: { ...ada, token: { id: 't', scope: 'operate' } } });
  await expect(answer).rejects.toMatchObject({ cause: { code: 'PERSON_NEEDED' } });
});

it('says why a presented token does not count', async () => {
  const refusal = new AppError('ACCESS_TOKEN_REFUSED', { message: 'the token has expired' });
  await expect(call('pair.list', { ...nobody, refusal })).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    cause: refusal,
  });
});

const streams = procedures.filter(([, procedure]) => procedure._def.type === 'subscription');

it.each(streams)('can resume %s where it was cut', (_name, procedure) => {
  const [input] = (procedure._def as unknown as { inputs: unknown[] }).inputs;
  expect(input, 'a subscription needs an input schema').toBeInstanceOf(z.ZodType);
  const schema = z.toJSONSchema(input as z.ZodType, { io: 'input', unrepresentable: 'any' });
  expect(Object.keys(schema.properties ?? {})).toContain('lastEventId');
});
