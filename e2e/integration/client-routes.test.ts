import { readFile, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP_PASSWORD, SHOP_ROLE } from '#e2e/lab/processes/shop-sql.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { Secret } from '#server/domain/secret.ts';
import type { ClientsLook } from '#server/domain/clients-look.ts';
import type { RouteDraft } from '#server/services/services.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { until } from './platform/until.ts';
import { ADA } from './tandem/start-tandem.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';

const NOBODY = { console: null, login: null };
let pair: StreamingPair;

beforeAll(async () => {
  pair = await startStreamingPair();
});
afterAll(() => pair?.stop());

const add = (draft: RouteDraft, login: Secret | null) =>
  pair.tandem.services.clients.saveRoute(pair.pairId, null, draft, { console: null, login }, ADA);

/** The newest look that is acceptable; asking keeps the worker looking. */
function look(accept: (found: ClientsLook) => boolean): Promise<ClientsLook> {
  return until('a look at the applications', 30_000, async () => {
    const answer = await pair.tandem.services.clients.look(pair.pairId);
    return answer.look !== null && answer.fresh && accept(answer.look) ? answer.look : null;
  });
}

describe('client routes of a pair', () => {
  it('are told by who answers, and what is not proven is said so', async () => {
    const [db1, db2] = [pair.nodes.db1, pair.nodes.db2];
    const at = (node: typeof db1) => ({ host: node.host.address, port: node.location.port });
    const common = { probeServerId: null, login: { user: SHOP_ROLE, database: 'shop' } };
    const password = new Secret(SHOP_PASSWORD);
    const uri = `postgresql://${[db2, db1].map((n) => `${n.host.address}:${n.location.port}`).join(',')}/shop?target_session_attrs=read-write`;
    await add({ ...common, ...at(db1), kind: 'direct', name: 'primary' }, password);
    await add({ ...common, ...at(db2), kind: 'haproxy', name: 'standby' }, password);
    await add({ ...common, kind: 'multi-host', name: 'both', uri }, password);
    await add({ ...common, ...at(db1), kind: 'direct', name: 'no login', login: null }, null);
    await add({ ...common, ...at(db1), kind: 'direct', name: 'nobody', port: 9 }, password);
    const { routes } = await look((found) => found.routes.length === 5);
    expect(routes).toMatchObject([
      { name: 'primary', state: 'node', serverName: 'db1', acceptsWrites: true },
      { name: 'standby', state: 'node', serverName: 'db2', acceptsWrites: false },
      { name: 'both', state: 'node', serverName: 'db1', acceptsWrites: true },
      { name: 'no login', state: 'unproven', serverName: null },
      { name: 'nobody', state: 'unreachable', serverName: null },
    ]);
  });

  it('are conditions of a switchover: advice, not a block', async () => {
    const seen = await pair.assess('switchover', (a) => a.gates.some((g) => g.code.startsWith('route-')));
    const states = seen.gates.filter((g) => g.code.startsWith('route-')).map((g) => g.state);
    expect(states).toEqual(['ok', 'warning', 'ok', 'warning', 'warning']);
    expect(seen.readiness).toBe('with-risk');
  });

  it('are refused with the field, and nothing changes', async () => {
    const { clients } = pair.tandem.services;
    const before = await clients.routes(pair.pairId);
    const draft = {
      kind: 'direct',
      name: 'new',
      host: 'no host!',
      port: 1,
      probeServerId: null,
      login: null,
    } as const;
    const save = clients.saveRoute(pair.pairId, null, draft, NOBODY, ADA);
    expect(await codeOf(save)).toBe('INVALID_INPUT');
    await expect(save).rejects.toThrow('host: not a host name');
    expect(await clients.routes(pair.pairId)).toEqual(before);
  });
});

describe('a route to a server with TLS', () => {
  it('is proven with it, and without where only that is let in', async () => {
    const { db1 } = pair.nodes;
    await speakTls(db1);
    const at = { host: db1.host.address, port: db1.location.port, kind: 'direct' } as const;
    const [db2] = (await pair.tandem.services.servers.list()).filter((server) => server.name === 'db2');
    const through = { 'from here': null, 'from db2': db2?.id ?? '' };
    for (const [place, probeServerId] of Object.entries(through))
      for (const user of ['only_tls', 'never_tls'])
        await add(
          { ...at, name: `${user} ${place}`, probeServerId, login: { user, database: 'shop' } },
          new Secret(SHOP_PASSWORD),
        );
    const wrong = { ...at, name: 'wrong password', probeServerId: null };
    await add({ ...wrong, login: { user: 'only_tls', database: 'shop' } }, new Secret('wrong'));
    const { routes } = await look((found) => found.routes.some((route) => route.name === wrong.name));
    const added = routes.filter((route) => /tls|wrong/.test(route.name));
    expect(added.map((route) => [route.name, route.state, route.serverName])).toEqual([
      ['only_tls from here', 'node', 'db1'],
      ['never_tls from here', 'node', 'db1'],
      ['only_tls from db2', 'node', 'db1'],
      ['never_tls from db2', 'node', 'db1'],
      ['wrong password', 'unproven', null],
    ]);
    expect(added.at(-1)?.detail).toContain('password authentication failed');
  });
});

/** With a certificate that nobody vouches for, and two roles of which one is let in only with TLS, the other only without. */
async function speakTls(node: LabPostgres): Promise<void> {
  const { dataDirectory } = node.location;
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${dataDirectory}/server.key`];
  const certificate = ['-x509', '-days', '2', '-subj', '/CN=practice', '-out', `${dataDirectory}/server.crt`];
  await node.host.require(['openssl', 'req', ...key, ...certificate]);
  const hba = node.host.outside(`${dataDirectory}/pg_hba.conf`);
  const rules = [
    'hostssl all only_tls samenet scram-sha-256',
    'host all only_tls all reject',
    'hostnossl all never_tls samenet scram-sha-256',
    'host all never_tls all reject',
  ];
  await writeFile(hba, `${rules.join('\n')}\n${await readFile(hba, 'utf8')}`);
  await node.sql(`
    CREATE ROLE only_tls LOGIN PASSWORD '${SHOP_PASSWORD}';
    CREATE ROLE never_tls LOGIN PASSWORD '${SHOP_PASSWORD}';
    GRANT pg_monitor TO only_tls, never_tls;`);
  await node.sql('ALTER SYSTEM SET ssl = on');
  await node.reload();
}

describe('a session that stays at the standby', () => {
  it('is listed without what it asks, and ended with a run', async () => {
    const { host, location } = pair.nodes.db2;
    const client = new pg.Client({
      host: host.address,
      port: location.port,
      user: SHOP_ROLE,
      password: SHOP_PASSWORD,
      database: 'shop',
      application_name: 'straggler',
    });
    const gone = new Promise<void>((resolve) => client.on('error', () => resolve()));
    await client.connect();
    await client.query("SELECT 'nobody may see this'");
    const { standby } = await look((found) => found.standby.sessions?.length === 1);
    expect(standby.serverName).toBe('db2');
    expect(JSON.stringify(standby)).not.toContain('nobody may see');
    const session = standby.sessions?.find((s) => s.applicationName === 'straggler');
    expect(session).toMatchObject({ user: SHOP_ROLE, database: 'shop' });
    const end = (startedAt: string, key: string) =>
      pair.tandem.services.clients.endSessions(
        {
          pairId: pair.pairId,
          instanceId: standby.instanceId,
          sessions: [{ pid: session?.pid ?? 0, startedAt }],
          idempotencyKey: key,
        },
        ADA,
      );
    // The same pid with another start is somebody else's session.
    await pair.tandem.finished(await end('1700000000.000001', 'another-start'));
    expect((await client.query('SELECT 1')).rowCount).toBe(1);
    const run = await pair.tandem.finished(await end(session?.startedAt ?? '', 'this-session'));
    expect(run.status).toBe('succeeded');
    await gone;
    await look((found) => found.standby.sessions?.length === 0);
  });
});
