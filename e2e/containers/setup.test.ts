import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adopt } from '#e2e/integration/tandem/adopt.ts';
import { startSetup } from '#e2e/integration/tandem/start-setup.ts';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { createCluster, createShop, createUnit } from '#e2e/lab/containers/create-server-postgres.ts';
import { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { gatePaths, type GateWish } from '#server/domain/start-gate.ts';

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

/** Starts to set a standby up; resolves when the run is over or asks. */
async function beginSetUp(name: string, primary: ServerPostgres, on: string, startGate: GateWish) {
  const { id, plan } = await startSetup(tandem, {
    name,
    primaryServerId: idOf(primary.host.name),
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId: idOf(on),
    standbyDataDirectory: primary.location.dataDirectory,
    standbyPort: primary.location.port,
    startGate,
  });
  return { id, plan, run: await tandem.finished(id, 120_000) };
}

/** Sets a standby up, and answers what Tandem then knows of it. */
async function setUp(name: string, primary: ServerPostgres, on: string, startGate: GateWish = 'none') {
  const { run, plan } = await beginSetUp(name, primary, on, startGate);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  return { plan, ...(await madeOf(name, primary, on)) };
}

/** What Tandem knows of the pair that was made. */
async function madeOf(name: string, primary: ServerPostgres, on: string) {
  const pair = (await tandem.services.pairs.list()).find((p) => p.name === name);
  if (pair === undefined) throw new Error(`no pair ${name}`);
  const row = await tandem.prisma.instance.findUniqueOrThrow({ where: { id: pair.standby.instanceId } });
  return { pairId: pair.id, row, standby: new ServerPostgres(servers.host(on), primary.location) };
}

/** The gate's configuration on that server; empty = there is no gate. */
async function gateOn({ host, location: { unit } }: ServerPostgres): Promise<string> {
  const { dropIn, config } = gatePaths(unit);
  const script = 'if [ -e "$1" ] && [ -e "$2" ]; then cat "$2"; fi';
  return (await host.require(['sh', '-c', script, 'sh', dropIn, config])).stdout;
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

/** Tandem lets go of a pair, and leaves everything of it on its servers. */
async function forget(pairId: string): Promise<void> {
  const { removals } = tandem.services;
  const plan = () => removals.plan(pairId, 'all', `forget ${pairId}`, ADA);
  const answer = await until('the plan of the removal is made', async () => {
    const now = await plan();
    return now.state === 'making' ? null : now;
  });
  if (answer.state !== 'ready') throw new Error(`no plan: ${JSON.stringify(answer)}`);
  const confirmation = answer.plan.confirmation?.word ?? null;
  const request = { pairId, planId: answer.planId, planHash: answer.plan.hash, confirmation, reason: null };
  const run = await tandem.finished(await removals.start(request, ADA));
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
}

describe('a standby is set up as its primary is run', () => {
  it('as a cluster of postgresql-common on a host that has none', async () => {
    const primary = await createCluster(servers.host('db1'), '15/main', {
      locale: 'de_DE.UTF-8',
      settings: { work_mem: '7MB' },
    });
    await primary.start();
    await createShop(primary);
    const { pairId, row, standby, plan } = await setUp('shop', primary, 'db2', 'while-attached');
    const files = plan.steps.flatMap((step) => step.actions.filter((action) => action.type === 'file'));
    const { unit } = primary.location;
    for (const server of [primary, standby]) {
      const config = await gateOn(server);
      expect(config).toContain('policy while-attached');
      expect(files).toContainEqual(
        expect.objectContaining({
          server: server.host.name,
          path: gatePaths(unit).config,
          after: config,
        }),
      );
    }
    expect((await tandem.services.pairs.get(pairId)).gateWish).toBeNull();
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
    await forget(pairId);
    const adopted = await adopt(tandem, {
      name: 'taken over',
      primaryServerId: idOf('db1'),
      primaryDataDirectory: primary.location.dataDirectory,
      standbyServerId: idOf('db3'),
      startGate: 'read-only',
    });
    expect(adopted.plan.gates.filter((g) => g.code === 'start-gate')).toMatchObject([{ state: 'ok' }]);
    expect(await Promise.all([gateOn(primary), gateOn(standby)])).toEqual(['', '']);
    expect(adopted.pair.gateWish).toBe('read-only');
    const acting = actingOn(tandem, adopted.pair.id);
    for (const kind of ['prepare', 'start-gate'] as const) {
      await acting.healthy();
      const run = await acting.change(kind);
      expect(run.problem).toBeNull();
      expect(run.status).toBe('succeeded');
    }
    for (const server of [primary, standby]) expect(await gateOn(server)).toContain('policy read-only');
    expect((await tandem.services.pairs.get(adopted.pair.id)).gateWish).toBeNull();
  });

  it('in the data directory of a unit that does not run', async () => {
    const options = { port: 5434, restart: 'always' } as const;
    const primary = await createUnit(servers.host('db2'), options);
    await createUnit(servers.host('db3'), options);
    await primary.start();
    await createShop(primary);
    // On the primary, no drop-in can be laid for this unit: its place is taken.
    const taken = `/etc/systemd/system/${primary.location.unit}.d`;
    await primary.host.require(['touch', taken]);
    const { id, run } = await beginSetUp('units', primary, 'db3', 'read-only');
    expect(run.status).toBe('needs-attention');
    const { pairId, row, standby } = await madeOf('units', primary, 'db3');
    await actingOn(tandem, pairId).healthy();
    expect((await tandem.services.pairs.get(pairId)).gateWish).toBe('read-only');
    expect(await Promise.all([gateOn(primary), gateOn(standby)])).toEqual(['', '']);
    await primary.host.require(['rm', taken]);
    await tandem.services.operations.retry(id, ADA);
    expect((await tandem.finished(id)).status).toBe('succeeded');
    for (const server of [primary, standby]) expect(await gateOn(server)).toContain('policy read-only');
    expect((await tandem.services.pairs.get(pairId)).gateWish).toBeNull();
    expect(row).toMatchObject({ kind: 'systemd', name: 'postgresql-15.service', configDirectory: null });
    await proves(pairId, standby, ['db3', 'db2']);
  });
});
