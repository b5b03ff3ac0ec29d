import dns from 'node:dns/promises';
import { ROUTE_CHECK } from '#server/adapters/sql/kept-node-session.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import { toAppError, type AppError } from '#server/errors/app-error.ts';
import type { ClientRoute } from '#server/domain/client-route.ts';
import { parseMultiHost } from '#server/domain/multi-host-uri.ts';
import type { RouteAnswer } from '#server/domain/route-sighting.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { TtlSeconds } from '#server/ports/client-routes.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { SqlTarget } from '#server/ports/sql-session.ts';
import { preferTls } from './prefer-tls.ts';

/** Two postmasters of one database system never start in the same microsecond. */
const WHO_SQL = `SELECT pg_is_in_recovery() AS recovery,
  (SELECT system_identifier FROM pg_control_system())::text AS system,
  extract(epoch FROM pg_postmaster_start_time())::text AS started`;

interface Endpoint {
  host: string;
  port: number;
}

interface Asker {
  transport: SqlTarget['transport'];
  user: string;
  password: Secret;
  database: string;
}

/** Connects through the route as an application does. Rejects only when its signal ends. */
export async function askRoute(route: ClientRoute, asker: Asker, o: Wait): Promise<RouteAnswer & TtlSeconds> {
  if (route.kind !== 'multi-host') {
    const ttl = route.kind === 'dns' && route.probeServerId === null ? ttlOf(route.host, o) : null;
    return { ...(await askOne(route, asker, o)), ttlSeconds: await ttl };
  }
  const { endpoints } = parseMultiHost(route.uri);
  const timeoutMs = Math.max(1_000, Math.floor(o.timeoutMs / endpoints.length));
  // In the order of the URI, as libpq does; one that accepts writes ends the search.
  let best: RouteAnswer | null = null;
  for (const endpoint of endpoints) {
    const answer = await askOne(endpoint, asker, { ...o, timeoutMs });
    if (answer.state === 'answered' && !answer.inRecovery) return { ...answer, ttlSeconds: null };
    if (best === null || RANK[answer.state] > RANK[best.state]) best = answer;
  }
  return { ...(best ?? { state: 'unreachable', detail: 'the URI names no host' }), ttlSeconds: null };
}

const RANK = { unreachable: 0, refused: 1, answered: 2 } as const;

/** As libpq's `sslmode=prefer`: with TLS, and without it only where TLS does not come about or is not let in. */
async function askOne(to: Endpoint, asker: Asker, o: Wait): Promise<RouteAnswer> {
  const untilMs = performance.now() + o.timeoutMs;
  const { transport } = asker;
  const attempt: { tls: 'not-asked' | 'failed' | 'declined' | 'spoken' } = { tls: 'not-asked' };
  const secured: Asker['transport'] = {
    openUnixSocket: (path, wait) => transport.openUnixSocket(path, wait),
    openTcp: async (host, port, wait) => {
      const plain = await transport.openTcp(host, port, wait);
      attempt.tls = 'failed';
      const stream = await preferTls(plain, wait.signal);
      attempt.tls = stream === plain ? 'declined' : 'spoken';
      return stream;
    },
  };
  const first = await askWith(secured, to, asker, o);
  const leftMs = untilMs - performance.now();
  const again = attempt.tls === 'failed' || (attempt.tls === 'spoken' && first.state === 'refused');
  if (!again || leftMs <= 0) return first;
  const plain = await askWith(transport, to, asker, { ...o, timeoutMs: leftMs });
  if (first.state !== 'refused' || plain.state === 'answered') return plain;
  return { ...first, detail: `${first.detail}; without TLS: ${plain.detail}` };
}

async function askWith(
  transport: Asker['transport'],
  to: Endpoint,
  asker: Asker,
  o: Wait,
): Promise<RouteAnswer> {
  try {
    const target = { ...asker, transport, host: to.host, port: to.port, applicationName: ROUTE_CHECK };
    const session = await new PgSqlConnections().open(target, o);
    try {
      const [row] = await session.query<{ recovery: boolean; system: string; started: string }>(
        WHO_SQL,
        [],
        o,
      );
      if (row === undefined) return { state: 'refused', detail: 'no answer to a question' };
      return {
        state: 'answered',
        inRecovery: row.recovery,
        systemIdentifier: row.system,
        startedAt: row.started,
      };
    } finally {
      await session.close();
    }
  } catch (thrown) {
    o.signal.throwIfAborted();
    return failure(toAppError(thrown), to);
  }
}

function failure(error: AppError, to: Endpoint): RouteAnswer {
  const detail = error.message.replace(`PostgreSQL at ${to.host}:${to.port}: `, `${to.host}:${to.port}: `);
  const answered = error.code === 'PG_AUTHENTICATION_FAILED' || error.code === 'PG_ERROR';
  return { state: answered ? 'refused' : 'unreachable', detail };
}

/** Only a name server tells; a name from a file of this machine has no such time. */
async function ttlOf(host: string, o: Wait): Promise<number | null> {
  const resolver = new dns.Resolver({ timeout: Math.min(2_000, o.timeoutMs), tries: 1 });
  const [four, six] = await Promise.all([
    resolver.resolve4(host, { ttl: true }).catch(() => []),
    resolver.resolve6(host, { ttl: true }).catch(() => []),
  ]);
  const ttls = [...four, ...six].map(({ ttl }) => ttl);
  return ttls.length === 0 ? null : Math.max(...ttls);
}
