import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createPersonalTokens } from '#server/adapters/auth/personal-tokens.ts';
import { systemClock } from '#server/adapters/clock/system-clock.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { createLog } from '#server/adapters/log/pino-log.ts';
import { createIdentityRows } from '#server/adapters/store/identity-rows.ts';
import { createPersonalTokenRows } from '#server/adapters/store/personal-token-rows.ts';
import type { TokenScope } from '#server/ports/identity.ts';
import { ADA, type TestTandem } from './start-tandem.ts';

const DAY_MS = 86_400_000;

/** The API of a test Tandem over HTTP, without the pages. */
export interface ServedApi {
  url: string;
  /** A token of Ada, good for a day. */
  newToken(scope: TokenScope): Promise<string>;
  stop(): Promise<void>;
}

/** Serves the route of the web process for this Tandem; its parts go where server/web looks for them. */
export async function serveApi(tandem: TestTandem): Promise<ServedApi> {
  const tokens = createPersonalTokens({
    rows: createPersonalTokenRows(tandem.prisma),
    counts: createIdentityRows(tandem.prisma, systemIds.newId),
    clock: systemClock,
    ids: systemIds,
  });
  const parts = {
    config: { allowedOrigins: [], insecure: false },
    log: createLog({ level: 'silent', process: 'web' }),
    identity: { sessionOf: async () => null },
    tokens,
    origins: tandem.origins,
    services: tandem.services,
  };
  Object.assign(globalThis, { [Symbol.for('tandem.web')]: Promise.resolve(parts) });
  const { GET: answer } = await import('#app/api/trpc/[trpc]/route.ts');
  const server = createServer((request, response) => void respond(request, response, answer));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await tandem.prisma.user.create({ data: { id: ADA.userId, name: ADA.name, email: 'ada@example.org' } });
  return {
    url: `http://127.0.0.1:${address.port}`,
    newToken: async (scope) => {
      const expiresAtMs = Date.now() + DAY_MS;
      return (await tokens.issue({ userId: ADA.userId, name: scope, scope, expiresAtMs })).text;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = new Headers({ 'x-forwarded-for': request.socket.remoteAddress ?? '' });
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const answered = await answer(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method ?? 'GET',
      headers,
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    }),
  );
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(Buffer.from(await answered.arrayBuffer()));
}
