import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkHookRequest, sendHookRequest } from '#server/adapters/hooks/hook-requests.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HookEvent, HttpCall } from '#server/domain/change-hook.ts';
import { Secret } from '#server/domain/secret.ts';

const EVENT: HookEvent = {
  event: 'redirect',
  pair: 'shop',
  oldPrimary: 'db1',
  newPrimary: 'db2',
  oldPrimaryAddress: '10.0.0.1:5432',
  newPrimaryAddress: '10.0.0.2:5432',
};
const TOKEN = new Secret('open-sesame');
const waiting = (timeoutMs = 2_000) => ({ event: EVENT, timeoutMs, signal: new AbortController().signal });

/** Two origins, so that one can be told from the other. */
let servers: Server[];
/** Nobody listens there any more. */
let closed: string;
let seen: { path: string; method: string; authorization: string | undefined; body: string }[];
const origin = (n: number): string => `http://127.0.0.1:${(servers[n]?.address() as AddressInfo).port}`;
const call = (url: string, change: Partial<HttpCall> = {}): HttpCall => ({
  kind: 'http',
  method: 'POST',
  url,
  headers: [],
  tokenSecretId: 'token',
  body: null,
  checkUrl: null,
  ...change,
});
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );

beforeAll(async () => {
  servers = [0, 1].map(() =>
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { url: path = '', method = '', headers } = request;
        seen.push({ path, method, authorization: headers.authorization, body });
        if (path === '/cut') request.socket.destroy();
        else if (path === '/endless') {
          const more = (): void => {
            while (!response.destroyed && response.write('x'.repeat(16_384)));
          };
          response.on('drain', more);
          more();
        } else if (path === '/hang') return;
        else response.writeHead(path === '/bad' ? 503 : 200).end(headers.authorization);
      });
    }),
  );
  for (const server of servers)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const gone = createServer();
  await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
  closed = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  await new Promise((ended) => gone.close(ended));
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  seen = [];
});

describe('the request of a hook', () => {
  it('carries the event and the token, and no answer shows the token', async () => {
    const answer = await sendHookRequest(
      call(`${origin(0)}/x`, { body: '{"to": "{{newPrimary}}"}' }),
      TOKEN,
      waiting(),
    );
    expect(answer).toMatchObject({ status: 200, body: 'Bearer •••' });
    expect(seen).toEqual([
      { path: '/x', method: 'POST', authorization: 'Bearer open-sesame', body: '{"to": "db2"}' },
    ]);
  });

  it('has an answer whatever its status is, and no body with GET', async () => {
    const answer = await sendHookRequest(call(`${origin(0)}/bad`, { method: 'GET' }), null, waiting());
    expect([answer.status, seen[0]?.body]).toEqual([503, '']);
  });

  it('surely did not arrive where nobody listens, and may have where the answer is lost', async () => {
    for (const url of [closed, 'http://127.0.0.1:25/'])
      expect(await codeOf(sendHookRequest(call(url), TOKEN, waiting()))).toBe('HOOK_FAILED');
    expect(await codeOf(sendHookRequest(call(`${origin(0)}/cut`), TOKEN, waiting()))).toBe(
      'COMMAND_ANSWER_LOST',
    );
    expect(await codeOf(sendHookRequest(call(`${origin(0)}/hang`), TOKEN, waiting(200)))).toBe(
      'DEADLINE_EXCEEDED',
    );
  });

  it('does not wait for the end of an endless answer', async () => {
    const { body } = await sendHookRequest(call(`${origin(0)}/endless`), null, waiting());
    expect(body.length).toBe(64 * 1024);
  });

  it('is not made by its check, which goes elsewhere without the token', async () => {
    const here = call(`${origin(0)}/x`, { checkUrl: `${origin(0)}/health` });
    const there = call(`${origin(0)}/x`, { checkUrl: `${origin(1)}/health` });
    expect(await checkHookRequest(here, TOKEN, waiting())).toMatchObject({ state: 'answers' });
    expect(await checkHookRequest(there, TOKEN, waiting())).toMatchObject({ state: 'answers' });
    expect(seen.map((s) => [s.path, s.method, s.authorization])).toEqual([
      ['/health', 'GET', 'Bearer open-sesame'],
      ['/health', 'GET', undefined],
    ]);
    expect(await checkHookRequest(call(`${origin(0)}/x`), TOKEN, waiting())).toMatchObject({
      state: 'reachable',
    });
    expect(await checkHookRequest(call(closed), TOKEN, waiting())).toMatchObject({
      state: 'fails',
      detail: `${new URL(closed).host} cannot be reached: ECONNREFUSED`,
    });
    expect(seen).toHaveLength(2);
  });
});
