import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSetup } from '#e2e/integration/tandem/start-setup.ts';
import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { createCluster, createShop, createUnit } from '#e2e/lab/containers/create-server-postgres.ts';
import { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';

let servers: ServerLab;
let tandem: TestTandem;
const ids = new Map<string, string>();

beforeAll(async () => {
  [servers, tandem] = await Promise.all([
    startServers([{ name: 'db1', language: 'de' }, { name: 'db2' }, { name: 'db3', language: 'de' }]),
    startTandem(),
  ]);
  await tandem.startWorker();
  for (const { name } of servers.hosts) ids.set(name, await tandem.addServer(servers, name));
});
afterAll(async () => {
  await tandem?.stop();
  await servers?.stop();
});

const idOf = (name: string): string => ids.get(name) ?? '';

/** Sets a standby up, and answers what Tandem then knows of it. */
async function setUp(name: string, primary: ServerPostgres, on: string) {
  const { id } = await startSetup(tandem, {
    name,
    primaryServerId: idOf(primary.host.name),
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId: idOf(on),
    standbyDataDirectory: primary.location.dataDirectory,
    standbyPort: primary.location.port,
  });
  const run = await tandem.finished(id, 120_000);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  const pair = (await tandem.services.pairs.list()).find((p) => p.name === name);
  if (pair === undefined) throw new Error(`no pair ${name}`);
  const row = await tandem.prisma.instance.findUniqueOrThrow({ where: { id: pair.standby.instanceId } });
  return { pairId: pair.id, row, standby: new ServerPostgres(servers.host(on), primary.location) };
}

/** The standby comes back by itself after a boot, and roles change in both directions. */
async function proves(pairId: string, standby: ServerPostgres, names: readonly string[]): Promise<void> {
  const acting = actingOn(tandem, pairId);
  await acting.healthy();
  await standby.host.reboot();
  await until('the standby is back', () => standby.isAlive());
  expect(await standby.sql('SELECT pg_is_in_recovery()')).toBe('t');
  for (const to of names) {
    await acting.healthy();
    const run = await acting.change('switchover');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    expect((await tandem.services.pairs.get(pairId)).primary.serverName).toBe(to);
  }
  await acting.healthy();
}

describe('a standby is set up as its primary is run', () => {
  it('as a cluster of postgresql-common on a host that has none', async () => {
    const primary = await createCluster(servers.host('db1'), '15/main', {
      locale: 'de_DE.UTF-8',
      settings: { work_mem: '7MB' },
    });
    await primary.start();
    await createShop(primary);
    const { pairId, row, standby } = await setUp('shop', primary, 'db2');
    const { name, configDirectory } = primary.location;
    expect(row).toMatchObject({ kind: 'debian', name, configDirectory, osOwner: 'postgres' });
    expect(await standby.sql('SHOW work_mem')).toBe('7MB');
    expect(await standby.sql('SHOW config_file')).toBe(`${configDirectory}/postgresql.conf`);
    await proves(pairId, standby, ['db2', 'db1']);
  });

  it('in the unused cluster that the package started', async () => {
    const options = { port: 5433 };
    const primary = await createCluster(servers.host('db1'), '15/billing', options);
    const unused = await createCluster(servers.host('db3'), '15/billing', options);
    for (const node of [primary, unused]) await node.start();
    await createShop(primary);
    const { pairId, row, standby } = await setUp('billing', primary, 'db3');
    expect(row).toMatchObject({ kind: 'debian', name: '15/billing' });
    expect(await standby.sql("SELECT 1 FROM pg_database WHERE datname = 'shop'")).toBe('1');
    await proves(pairId, standby, ['db3', 'db1']);
  });

  it('in the data directory of a unit that does not run', async () => {
    const options = { port: 5434, restart: 'always' } as const;
    const primary = await createUnit(servers.host('db2'), options);
    await createUnit(servers.host('db3'), options);
    await primary.start();
    await createShop(primary);
    const { pairId, row, standby } = await setUp('units', primary, 'db3');
    expect(row).toMatchObject({ kind: 'systemd', name: 'postgresql-15.service', configDirectory: null });
    await proves(pairId, standby, ['db3', 'db2']);
  });
});
