import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startSetup } from '#e2e/integration/tandem/start-setup.ts';
import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { expectSuccess } from '#e2e/integration/tandem/expect-success.ts';
import { actingOn, type StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import { tellLastRuns } from '#e2e/integration/tandem/tell-last-runs.ts';
import {
  createGuidePrimary,
  GUIDE_SUPERUSER,
  type ContainerPostgres,
} from '#e2e/lab/containers/create-guide-pair.ts';
import { createCluster } from '#e2e/lab/containers/create-server-postgres.ts';
import type { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';

let lab: ServerLab;
let tandem: TestTandem;
let container: ContainerPostgres;
let cluster: ServerPostgres;
let pairId: string;
let acting: Pick<StreamingPair, 'assess' | 'start' | 'again' | 'change' | 'healthy'>;
const ids = new Map<string, string>();

beforeAll(async () => {
  [lab, tandem] = await Promise.all([
    startServers([{ name: 'db1', docker: true }, { name: 'db2' }]),
    startTandem(),
  ]);
  [container, cluster] = await Promise.all([createGuidePrimary(lab), createCluster(lab.host('db2'))]);
  // What the package's installation leaves.
  await cluster.start();
  await tandem.startWorker();
  for (const name of ['db1', 'db2']) ids.set(name, await tandem.addServer(lab, name));
}, 600_000);

afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
});

afterEach(({ task }) => tellLastRuns(tandem, task));

const ON = { container: () => container.sql, cluster: () => onCluster } as const;
/** The superuser of the guide has another name than the account that the cluster runs as. */
const onCluster = async (text: string): Promise<string> => {
  const argv = [
    'psql',
    '-X',
    '-A',
    '-t',
    '-q',
    '-v',
    'ON_ERROR_STOP=1',
    '-U',
    GUIDE_SUPERUSER,
    '-d',
    'postgres',
  ];
  const { stdout } = await cluster.host.require(argv as [string, ...string[]], {
    as: 'postgres',
    input: text,
  });
  return stdout.trim();
};
async function isWritable(which: 'container' | 'cluster'): Promise<boolean> {
  const sql = ON[which]();
  return (await sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';
}

test('a cluster of Debian becomes the standby of a container, with a configuration of its own kind', async () => {
  const { id, plan } = await startSetup(tandem, {
    name: 'shop',
    primaryServerId: ids.get('db1') ?? '',
    primaryDataDirectory: '/var/lib/postgresql/data',
    standbyServerId: ids.get('db2') ?? '',
    standbyDataDirectory: cluster.location.dataDirectory,
    standbyPort: null,
  });
  // Image and host are of one release here: nothing stands in the way, and the versions are said.
  expect(plan.gates.filter((gate) => gate.state === 'blocking')).toEqual([]);
  const library = plan.gates.find((gate) => gate.code === 'same-locale-library');
  expect(library).toMatchObject({ state: 'ok', detail: { en: expect.stringMatching(/glibc 2\.\d+/) } });
  const run = await tandem.finished(id, 180_000);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  const [pair] = await tandem.services.pairs.list();
  pairId = pair?.id ?? '';
  acting = actingOn(tandem, pairId);
  await acting.healthy();
  const row = await tandem.prisma.instance.findUniqueOrThrow({
    where: { id: pair?.standby.instanceId ?? '' },
  });
  const { name, configDirectory } = cluster.location;
  expect(row).toMatchObject({ kind: 'debian', name, configDirectory, superuser: GUIDE_SUPERUSER });
  expect(await onCluster('SELECT pg_is_in_recovery()')).toBe('t');
  expect(await onCluster('SHOW hba_file')).toBe(`${configDirectory}/pg_hba.conf`);
  // The container's command line says so, and no file of it.
  expect(await onCluster('SHOW max_wal_senders')).toBe('5');
  const asAnother = await cluster.host.run(
    ['psql', '-U', GUIDE_SUPERUSER, '-d', 'postgres', '-c', 'SELECT 1'],
    {
      as: 'nobody',
    },
  );
  expect(asAnother.exitCode).not.toBe(0);
  expect(await isWritable('cluster')).toBe(false);
}, 400_000);

test('roles change to the host and back to the container', async () => {
  for (const to of ['db2', 'db1']) {
    await acting.healthy();
    await expectSuccess(acting, 'switchover');
    expect((await tandem.services.pairs.get(pairId)).primary.serverName).toBe(to);
  }
  await acting.healthy();
  expect([await isWritable('container'), await isWritable('cluster')]).toEqual([true, false]);
}, 200_000);

/** Commits that the standby never sees: the host of the container cannot send to it meanwhile. */
async function writeUnseen(): Promise<void> {
  const route = ['blackhole', `${cluster.host.address}/32`] as const;
  await container.host.require(['ip', 'route', 'add', ...route], { as: 'root' });
  try {
    await container.sql('CREATE TABLE IF NOT EXISTS unseen (n int); INSERT INTO unseen VALUES (1)');
    await container.docker('kill', container.container);
  } finally {
    await container.host.require(['ip', 'route', 'del', ...route], { as: 'root' });
  }
}

const FILES = ['postgresql.conf', 'pg_hba.conf', 'pg_ident.conf'];

test('a killed container comes back from the host by a rewind, with its own files', async () => {
  await acting.healthy();
  const own = (): Promise<string> =>
    container.docker(
      'exec',
      container.container,
      'md5sum',
      ...FILES.map((name) => `/var/lib/postgresql/data/${name}`),
    );
  const before = await own();
  await writeUnseen();
  await acting.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
  await expectSuccess(acting, 'failover');
  expect(await isWritable('cluster')).toBe(true);
  await container.compose('up', '-d');
  expect(await isWritable('container')).toBe(false);
  await expectSuccess(acting, 'rejoin', { way: 'rewind' });
  await acting.healthy();
  expect(await own()).toBe(before);
  expect([await isWritable('container'), await isWritable('cluster')]).toEqual([false, true]);
}, 300_000);

test('a killed cluster comes back by a new copy from the container, and reads what is its own', async () => {
  await onCluster('CREATE TABLE IF NOT EXISTS seen (n int); INSERT INTO seen VALUES (1)');
  await cluster.kill();
  await acting.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
  await expectSuccess(acting, 'failover');
  expect(await isWritable('container')).toBe(true);
  await expectSuccess(acting, 'rejoin', { way: 'rebuild' });
  await acting.healthy();
  const { configDirectory, dataDirectory } = cluster.location;
  expect(await onCluster('SHOW config_file')).toBe(`${configDirectory}/postgresql.conf`);
  const among = (await cluster.host.require(['ls', dataDirectory])).stdout.split('\n');
  expect(among.filter((name) => FILES.includes(name))).toEqual([]);
  expect([await isWritable('container'), await isWritable('cluster')]).toEqual([true, false]);
}, 300_000);

test('a container made before becomes the standby of a cluster, and then the primary', async () => {
  const billing = await createCluster(lab.host('db2'), '15/billing', {
    port: 5433,
    settings: { max_connections: '120', cluster_name: 'billing' },
  });
  await billing.start();
  await container.docker(
    'create', '--name', 'billing-db', '-p', '5433:5432', '-v', 'billing:/var/lib/postgresql/data',
    '-e', 'POSTGRES_PASSWORD=unused', 'postgres:15',
  ); // prettier-ignore
  const { id } = await startSetup(tandem, {
    name: 'billing',
    primaryServerId: ids.get('db2') ?? '',
    primaryDataDirectory: billing.location.dataDirectory,
    standbyServerId: ids.get('db1') ?? '',
    standbyDataDirectory: '/var/lib/postgresql/data@billing-db',
    standbyPort: null,
  });
  const run = await tandem.finished(id, 180_000);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  const pair = (await tandem.services.pairs.list()).find((one) => one.name === 'billing');
  acting = actingOn(tandem, pair?.id ?? '');
  const inside = (sql: string) =>
    container.docker('exec', '-u', 'postgres', 'billing-db', 'psql', '-X', '-A', '-t', '-c', sql);
  expect(await inside('SHOW port')).toBe('5432');
  expect(await inside('SHOW max_connections')).toBe('120');
  await acting.healthy();
  await expectSuccess(acting, 'switchover');
  expect((await tandem.services.pairs.get(pair?.id ?? '')).primary.serverName).toBe('db1');
  await acting.healthy();
  expect(await inside('SELECT pg_is_in_recovery()')).toBe('f');
}, 300_000);
