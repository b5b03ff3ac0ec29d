import { describe, expect, it } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import type { ClientRoute } from '#server/domain/client-route.ts';
import type { NewAuditEntry } from '#server/ports/audit-log.ts';
import { createClientsService, type ClientsDeps } from './clients-service.ts';
import type { RouteDraft } from './services.ts';

const ADA = { userId: 'ada', name: 'Ada' };
const POOL: RouteDraft = {
  kind: 'pgbouncer',
  name: 'pool',
  host: 'app',
  port: 6432,
  serverId: 's1',
  probeServerId: null,
  console: { socketDirectory: null, port: 6432, user: 'admin' },
  databases: ['shop'],
  configPath: '/etc/pgbouncer/pgbouncer.ini',
  login: null,
};

function setUp() {
  let routes: ClientRoute[] = [];
  let made = 0;
  const stored = new Map<string, string>();
  const audit: NewAuditEntry[] = [];
  const deps = {
    ids: { newId: () => `r${routes.length + 1}` },
    servers: { list: () => Promise.resolve([{ id: 's1', name: 'app1', stateDirectory: '/var/lib/tandem' }]) },
    routes: {
      list: () => Promise.resolve(routes),
      update: (_pairId: string, change: (before: ClientRoute[]) => ClientRoute[]) => {
        routes = change(routes);
        return Promise.resolve();
      },
    },
    secrets: {
      put: (_purpose: string, secret: Secret) => {
        made += 1;
        stored.set(`secret-${made}`, secret.reveal());
        return Promise.resolve(`secret-${made}`);
      },
      remove: (id: string) => Promise.resolve(void stored.delete(id)),
    },
    audit: { append: (entry: NewAuditEntry) => Promise.resolve(void audit.push(entry)) },
  };
  const service = createClientsService(deps as unknown as ClientsDeps);
  return { service, stored, audit, routes: () => routes };
}

const given = (text: string) => ({ console: new Secret(text), login: null });
const KEEP = { console: null, login: null };

describe('client routes of a pair', () => {
  it('keep their passwords as stored secrets, which nobody is shown', async () => {
    const { service, stored, audit } = setUp();
    await service.saveRoute('p', null, POOL, given('console-word'), ADA);
    expect([...stored.values()]).toEqual(['console-word']);
    const [view] = await service.routes('p');
    expect(view).toMatchObject({ name: 'pool', serverName: 'app1', hasConsolePassword: true });
    expect(JSON.stringify([view, audit])).not.toMatch(/console-word|secret-/);
    expect(audit.map((entry) => entry.action)).toEqual(['route-added']);
  });

  it('forget a password with the route, and one that was replaced', async () => {
    const { service, stored } = setUp();
    const id = await service.saveRoute('p', null, POOL, given('first'), ADA);
    await service.saveRoute('p', id, POOL, given('second'), ADA);
    expect([...stored.values()]).toEqual(['second']);
    await service.saveRoute('p', id, { ...POOL, port: 6433 }, KEEP, ADA);
    expect([...stored.values()]).toEqual(['second']);
    await service.removeRoute('p', id, ADA);
    expect(stored.size).toBe(0);
  });

  it.each([
    ['console.password', POOL, KEEP],
    ['databases', { ...POOL, databases: [] }, given('x')],
    ['configPath', { ...POOL, configPath: 'pgbouncer.ini' }, given('x')],
    ['serverId', { ...POOL, serverId: 'gone' }, given('x')],
    ['host', { ...POOL, host: 'no host' }, given('x')],
    ['login.password', { ...POOL, login: { user: 'shop', database: 'shop' } }, given('x')],
  ] satisfies [string, RouteDraft, typeof KEEP | ReturnType<typeof given>][])(
    'name %s when it is wrong, and store nothing',
    async (field, draft, passwords) => {
      const { service, stored, audit, routes } = setUp();
      await expect(service.saveRoute('p', null, draft, passwords, ADA)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        data: { field },
      });
      expect([stored.size, audit.length, routes().length]).toEqual([0, 0, 0]);
    },
  );

  it('have names of their own', async () => {
    const { service, stored } = setUp();
    await service.saveRoute('p', null, POOL, given('a'), ADA);
    await expect(service.saveRoute('p', null, POOL, given('b'), ADA)).rejects.toThrow(
      'there is a route "pool"',
    );
    expect([...stored.values()]).toEqual(['a']);
  });
});
