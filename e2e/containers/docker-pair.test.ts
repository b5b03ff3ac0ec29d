import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createGuidePair, type ContainerPostgres } from '#e2e/lab/containers/create-guide-pair.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { adopt } from '#e2e/integration/tandem/adopt.ts';
import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { expectSuccess } from '#e2e/integration/tandem/expect-success.ts';
import { actingOn, type StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import { tellLastRuns } from '#e2e/integration/tandem/tell-last-runs.ts';
import { expectNeverWritable, startsOfContainer } from './start-every-way.ts';

let lab: ServerLab;
let tandem: TestTandem;
let primary: ContainerPostgres;
let standby: ContainerPostgres;
let pairId: string;
let acting: Pick<StreamingPair, 'assess' | 'start' | 'again' | 'change' | 'healthy'>;

beforeAll(async () => {
  [lab, tandem] = await Promise.all([
    startServers([
      { name: 'db1', docker: true },
      { name: 'db2', docker: true, sudo: 'none' },
    ]),
    startTandem(),
  ]);
  ({ primary, standby } = await createGuidePair(lab, { mended: true }));
  await tandem.startWorker();
  const [db1] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
  const { pair } = await adopt(tandem, {
    name: 'shop',
    primaryServerId: db1,
    primaryDataDirectory: '/var/lib/postgresql/data',
  });
  pairId = pair.id;
  acting = actingOn(tandem, pairId);
}, 600_000);

afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
});

afterEach(({ task }) => tellLastRuns(tandem, task));

const isWritable = async (node: ContainerPostgres): Promise<boolean> =>
  (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';

test('the pair of the guide is adopted, prepared, switched over and back', async () => {
  await acting.healthy();
  await expectSuccess(acting, 'prepare');
  for (const name of ['db2', 'db1']) {
    await expectSuccess(acting, 'switchover');
    expect((await tandem.services.pairs.get(pairId)).primary.serverName).toBe(name);
    await acting.healthy();
  }
  expect(await isWritable(primary)).toBe(true);
  expect(await isWritable(standby)).toBe(false);
}, 400_000);

test('a killed primary is failed over from, stays fenced in every start with and without Tandem, and comes back by a rewind', async () => {
  await primary.sql('CREATE TABLE IF NOT EXISTS seen (n int)');
  await primary.docker('kill', primary.container);
  await acting.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
  await expectSuccess(acting, 'failover');
  expect(await isWritable(standby)).toBe(true);
  await expectNeverWritable(primary, startsOfContainer(primary));
  await tandem.killWorkers();
  await expectNeverWritable(primary, startsOfContainer(primary));
  await tandem.startWorker();
  expect(await isWritable(standby)).toBe(true);
  await expectSuccess(acting, 'rejoin');
  await acting.healthy();
  expect(await isWritable(primary)).toBe(false);
  await expectSuccess(acting, 'switchover');
  await acting.healthy();
  expect(await isWritable(primary)).toBe(true);
}, 400_000);

test('a rebuild puts a new base backup into the volume, and keeps the old files beside it', async () => {
  await primary.docker('kill', primary.container);
  await acting.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
  await expectSuccess(acting, 'failover');
  await expectSuccess(acting, 'rejoin', { way: 'rebuild' });
  await acting.healthy();
  expect(await isWritable(primary)).toBe(false);
  const beside = await primary.docker(
    'exec',
    `tandem-tools-${primary.container}`,
    'ls',
    '/var/lib/postgresql',
  );
  expect(beside).toMatch(/data\.tandem-old-/);
}, 400_000);
