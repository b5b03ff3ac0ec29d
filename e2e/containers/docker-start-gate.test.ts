import { afterAll, beforeAll, expect, test } from 'vitest';
import { adopt } from '#e2e/integration/tandem/adopt.ts';
import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import {
  createGuidePair,
  GUIDE_PRIMARY,
  type ContainerPostgres,
} from '#e2e/lab/containers/create-guide-pair.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { gateFiles } from '#server/domain/gate-files.ts';
import type { ChangeRequest } from '#server/services/services.ts';

let lab: ServerLab;
let tandem: TestTandem;
let primary: ContainerPostgres;
let standby: ContainerPostgres;
let acting: ReturnType<typeof actingOn>;
let worker: Awaited<ReturnType<TestTandem['startWorker']>>;

const gate = gateFiles({ kind: 'docker', name: GUIDE_PRIMARY });
const recovery = (node: ContainerPostgres): Promise<string> =>
  node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone');
const succeeds = async (kind: 'prepare' | 'start-gate', change: Partial<ChangeRequest> = {}) => {
  const run = await acting.change(kind, change);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
};
const settles = async (reason: string, as: 'writable' | 'read-only'): Promise<void> => {
  const settled = async () => {
    const decided = await primary.host.readFile(gate?.paths.lastDecision ?? '').catch(() => '');
    return decided.includes(reason) && (await recovery(primary)) === (as === 'writable' ? 'f' : 't');
  };
  await until(`${reason}: ${as}`, settled, { timeoutMs: 180_000, everyMs: 200 });
};
const opensByItself = (): Promise<void> => settles('the partner is a standby', 'writable');
/** From then on nobody helps. */
const stopWorker = async (): Promise<void> => {
  worker.kill('SIGTERM');
  await until('the worker is gone', () => worker.exitCode !== null || worker.signalCode !== null);
};

beforeAll(async () => {
  [lab, tandem] = await Promise.all([
    startServers([
      { name: 'db1', docker: true },
      { name: 'db2', docker: true },
    ]),
    startTandem(),
  ]);
  ({ primary, standby } = await createGuidePair(lab, { mended: true }));
  worker = await tandem.startWorker();
  const [db1] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
  const { pair } = await adopt(tandem, {
    name: 'shop',
    primaryServerId: db1,
    primaryDataDirectory: '/var/lib/postgresql/data',
  });
  acting = actingOn(tandem, pair.id);
  await acting.healthy();
  await succeeds('prepare');
  await acting.healthy();
  await succeeds('start-gate');
  await stopWorker();
}, 900_000);

afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
});

test('a primary in a container is writable again by itself after a power loss without a failover', async () => {
  await lab.host('db1').losePower();
  await lab.host('db1').powerOn();
  await opensByItself();
  await until('the standby follows', async () => (await standby.sql('SELECT 1').catch(() => '')) === '1');
}, 400_000);

test('and after a restart of its engine', async () => {
  await primary.host.require(['rm', '-f', gate?.paths.lastDecision ?? '']);
  await primary.host.require(['systemctl', 'restart', 'docker'], { timeoutMs: 120_000 });
  await opensByItself();
  expect(await recovery(standby)).toBe('t');
}, 400_000);

test('follows the policy where nobody can be asked: read-only, until a person allows one start', async () => {
  await Promise.all([lab.host('db1').losePower(), lab.host('db2').losePower()]);
  await lab.host('db1').powerOn();
  await settles('the partner cannot be asked', 'read-only');
  worker = await tandem.startWorker();
  // Nobody sees the other one: a person vouches for it.
  const opened = await acting.change('open-primary');
  expect(opened.problem).toBeNull();
  expect(opened.status).toBe('succeeded');
  expect(await recovery(primary)).toBe('f');
  await lab.host('db2').powerOn();
  await acting.healthy();
  await stopWorker();
}, 600_000);

test('lets the right one come up writable by itself when both were lost and both are back', async () => {
  await Promise.all([lab.host('db1').losePower(), lab.host('db2').losePower()]);
  await Promise.all([lab.host('db1').powerOn(), lab.host('db2').powerOn()]);
  await opensByItself();
  await until('the standby is one', async () => (await recovery(standby)) === 't', { timeoutMs: 180_000 });
}, 600_000);

test('stays read-only when the standby was promoted meanwhile', async () => {
  await lab.host('db1').losePower();
  await standby.sql('SELECT pg_promote()');
  await lab.host('db1').powerOn();
  const answers = new Set<string>();
  const decided = async () => {
    const last = await primary.host.readFile(gate?.paths.lastDecision ?? '').catch(() => '');
    answers.add(await recovery(primary));
    return last.includes('the partner is the primary');
  };
  await until('the gate has decided', decided, { timeoutMs: 120_000, everyMs: 200 });
  await until('it answers', async () => (await recovery(primary)) === 't', { timeoutMs: 60_000 });
  expect([...answers]).not.toContain('f');
}, 400_000);
