import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { createCluster, createShop } from '#e2e/lab/containers/create-server-postgres.ts';
import type { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { sudoersFor } from '#server/domain/sudoers.ts';

let servers: ServerLab;
let tandem: TestTandem;
let primary: ServerPostgres;
const ids: Record<string, string> = {};

beforeAll(async () => {
  [servers, tandem] = await Promise.all([
    startServers([
      { name: 'db1', sudo: 'none' },
      { name: 'db2', sudo: 'none' },
    ]),
    startTandem(),
  ]);
  primary = await createCluster(servers.host('db1'));
  const other = await createCluster(servers.host('db2'));
  await Promise.all([primary.start(), other.start(), tandem.startWorker()]);
  await createShop(primary);
});
afterAll(async () => {
  await tandem?.stop();
  await servers?.stop();
});

async function check(name: string) {
  const id = ids[name] ?? '';
  await tandem.finished(await tandem.services.servers.check(id, [], ADA));
  return tandem.services.servers.get(id);
}

describe('a login user without root', () => {
  it.each(['db1', 'db2'])('is told on %s what is missing, and works with exactly that', async (name) => {
    const host = servers.host(name);
    ids[name] = await tandem.addServer(servers, name);
    const before = await tandem.services.servers.get(ids[name] ?? '');
    expect(before.checks.instances).toMatchObject({
      state: 'warning',
      value: { en: expect.stringContaining('admin may not act as postgres') },
      command: expect.stringContaining('admin ALL=(postgres) NOPASSWD: ALL'),
    });
    const instances = before.facts?.instances ?? [];
    const { file } = sudoersFor({ serverName: name, loginUser: before.username, instances });
    await host.writeFile('/etc/sudoers.d/tandem', file ?? '', { mode: '440' });
    await host.require(['visudo', '-cf', '/etc/sudoers.d/tandem']);
    expect((await host.run(['sudo', '-n', 'true'], { as: 'admin' })).exitCode).not.toBe(0);
    const after = await check(name);
    expect(after.checks.instances).toMatchObject({ state: 'ok', data: { count: 1, usable: 1 } });
  });

  it('has a standby set up and its roles changed there and back', async () => {
    const wish = {
      name: 'shop',
      primaryServerId: ids['db1'] ?? '',
      primaryDataDirectory: primary.location.dataDirectory,
      standbyServerId: ids['db2'] ?? '',
    };
    const { draftId, planId, plan } = await tandem.plan(wish);
    expect(plan.gates.filter((g) => g.state === 'blocking' || g.state === 'unknown')).toEqual([]);
    const word = plan.confirmation?.word ?? null;
    const run = await tandem.finished(
      await tandem.services.drafts.approve(draftId, planId, plan.hash, word, ADA),
    );
    expect(run.problem).toBeNull();
    const [pair] = await tandem.services.pairs.list();
    const acting = actingOn(tandem, pair?.id ?? '');
    await acting.healthy();
    for (const name of ['db2', 'db1']) {
      const change = await acting.change('switchover');
      expect(change.problem).toBeNull();
      expect((await tandem.services.pairs.get(pair?.id ?? '')).primary.serverName).toBe(name);
      await acting.healthy();
    }
  });
});
