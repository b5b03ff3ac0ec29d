import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { startSetup } from '#e2e/integration/tandem/start-setup.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import {
  createGuidePrimary,
  likeGuidePrimary,
  GUIDE_PRIMARY,
  type ContainerPostgres,
} from '#e2e/lab/containers/create-guide-pair.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';

const DATA = '/var/lib/postgresql/data';
// PostgreSQL 17 and Compose 2; the guide does the same with 15 and Compose 1.
let lab: ServerLab;
let tandem: TestTandem;
let primary: ContainerPostgres;
let standby: ContainerPostgres;
const ids = new Map<string, string>();

beforeAll(async () => {
  [lab, tandem] = await Promise.all([
    startServers([
      { name: 'db1', suite: 'trixie', docker: true },
      { name: 'db2', suite: 'trixie', docker: true, sudo: 'none' },
    ]),
    startTandem(),
  ]);
  primary = await createGuidePrimary(lab);
  standby = likeGuidePrimary(lab.host('db2'));
  await tandem.startWorker();
  for (const name of ['db1', 'db2']) ids.set(name, await tandem.addServer(lab, name));
}, 600_000);

afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
});

const idOf = (name: string): string => ids.get(name) ?? '';
const wish = () => ({ fromServerId: idOf('db1'), place: DATA, toServerId: idOf('db2') });

async function planContainer() {
  const key = crypto.randomUUID();
  for (;;) {
    const answer = await tandem.services.containers.plan(wish(), key, ADA);
    if (answer.state === 'ready') return answer;
    if (answer.state === 'failed') throw new Error(JSON.stringify(answer.operation.problem));
    await until('the plan is made', async () => {
      const now = await tandem.services.containers.plan(wish(), key, ADA);
      return now.state !== 'making';
    });
  }
}

async function containersOf(host: 'db1' | 'db2'): Promise<string> {
  return (await lab.host(host).require(['docker', 'ps', '-a', '--format', '{{.Names}}'])).stdout.trim();
}

test('a container is made like the primary’s on a server that has neither image nor files', async () => {
  expect((await lab.host('db2').require(['docker', 'images', '-q'])).stdout.trim()).toBe('');
  const { plan, planId } = await planContainer();
  expect(plan.gates.filter((gate) => gate.state === 'blocking')).toEqual([]);
  // The command that is shown is the one that this server knows.
  expect(JSON.stringify(plan.steps)).toContain('docker compose -p mgserver -f ');
  expect(await containersOf('db2')).toBe('');
  const run = await tandem.finished(
    await tandem.services.containers.make({ planId, planHash: plan.hash }, ADA),
    300_000,
  );
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  expect((await containersOf('db2')).split('\n').sort()).toEqual([
    GUIDE_PRIMARY,
    `tandem-tools-${GUIDE_PRIMARY}`,
  ]);
  const state = '{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}';
  expect(
    (await lab.host('db2').require(['docker', 'inspect', '-f', state, GUIDE_PRIMARY])).stdout.trim(),
  ).toBe('created no');
  const compose = (
    await lab.host('db2').require(['cat', '/home/mgserver/mgserver/docker-compose-primary.yml'])
  ).stdout;
  expect(compose).toContain('container_name');
  expect(compose).not.toContain('SicheresPasswort');
  expect((await lab.host('db2').require(['ls', '/var/tmp'])).stdout).not.toContain('tandem-image');
}, 400_000);

test('the standby is built in it, streams, starts at boot, and roles change', async () => {
  const { id } = await startSetup(tandem, {
    name: 'shop',
    primaryServerId: idOf('db1'),
    primaryDataDirectory: DATA,
    standbyServerId: idOf('db2'),
    standbyDataDirectory: DATA,
    standbyPort: null,
  });
  const run = await tandem.finished(id, 300_000);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  const [pair] = await tandem.services.pairs.list();
  const acting = actingOn(tandem, pair?.id ?? '');
  await acting.healthy();
  expect(await standby.sql('SELECT pg_is_in_recovery()')).toBe('t');
  expect(await standby.docker('inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', GUIDE_PRIMARY)).toBe(
    'always',
  );
  await lab.host('db2').reboot();
  await until('the standby is back', async () => (await standby.sql('SELECT 1').catch(() => '')) === '1', {
    timeoutMs: 60_000,
  });
  await standby.compose('up', '-d');
  expect(await standby.sql('SELECT pg_is_in_recovery()')).toBe('t');
  for (const to of ['db2', 'db1']) {
    await acting.healthy();
    const change = await acting.change('switchover');
    expect(change.problem).toBeNull();
    expect(change.status).toBe('succeeded');
    expect((await tandem.services.pairs.get(pair?.id ?? '')).primary.serverName).toBe(to);
  }
  await acting.healthy();
  expect(await primary.sql('SELECT pg_is_in_recovery()')).toBe('f');
}, 600_000);

test('letting go of the pair takes the helpers away, and leaves both servers as they are', async () => {
  const [pair] = await tandem.services.pairs.list();
  const id = pair?.id ?? '';
  const key = crypto.randomUUID();
  const plan = () => tandem.services.removals.plan(id, 'replication', key, ADA);
  await until('the plan is made', async () => (await plan()).state !== 'making', { timeoutMs: 60_000 });
  const made = await plan();
  if (made.state !== 'ready') throw new Error(JSON.stringify(made));
  const { planId, plan: shown } = made;
  const confirmation = shown.confirmation?.word ?? null;
  const request = { pairId: id, planId, planHash: shown.hash, confirmation, reason: null };
  const run = await tandem.finished(await tandem.services.removals.start(request, ADA), 120_000);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  for (const host of ['db1', 'db2'] as const) expect(await containersOf(host)).toBe(GUIDE_PRIMARY);
  expect(await standby.sql('SELECT pg_is_in_recovery()')).toBe('t');
}, 300_000);
