import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { LAB_KIND_VARIABLE } from '#e2e/lab/lab-kind.ts';
import { processesOf } from '#e2e/lab/processes/host-processes.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { adopt } from './tandem/adopt.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';

/** Asked for before the first lab of this process, as a system without namespaces would answer. */
process.env[LAB_KIND_VARIABLE] = 'loopback';

const MAIN = fileURLToPath(new URL('../lab/processes/main.ts', import.meta.url));
let dir: string;
let lab: Lab | null = null;
let tandem: TestTandem;

beforeAll(async () => {
  tandem = await startTandem();
  await tandem.startWorker();
}, 60_000);

afterAll(async () => {
  await tandem.stop();
});

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-lab-'));
});

afterEach(async () => {
  await lab?.stop();
  lab = null;
  await rm(dir, { recursive: true, force: true });
});

test('where no namespaces can be had, Tandem adopts and watches a pair on loopback addresses', async () => {
  lab = await startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] });
  const { primary, standby } = await lab.createReplicatingPair('db1', 'db2', { shopDatabaseMb: 2 });
  const [primaryServerId, standbyServerId] = await Promise.all([
    tandem.addServer(lab, 'db1'),
    tandem.addServer(lab, 'db2'),
  ]);
  // The primary sees every loopback host as 127.0.0.1: the standby's server is named.
  const { pair } = await adopt(tandem, {
    name: 'shop',
    primaryServerId,
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId,
  });
  // All loopback hosts show the same processes, as one machine that is in the inventory twice does.
  expect(pair.primary.dataDirectory).toBe(primary.location.dataDirectory);
  expect(pair.standby.dataDirectory).toBe(standby.location.dataDirectory);
  const seen = await until(
    'both nodes are seen',
    () =>
      tandem.live
        .recent(Date.now() - 2_000)
        .flatMap((tick) => tick.samples)
        .find((s) => s.standby.reachable),
    { timeoutMs: 30_000 },
  );
  expect([seen.primary.reachable, seen.standby.reachable]).toEqual([true, true]);
  expect(lab.unavailable.cutNetwork).toContain('loopback');
});

test('a power loss ends a loopback host and nothing else, and its data come back', async () => {
  lab = await startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] });
  const { primary, standby } = await lab.createReplicatingPair('db1', 'db2', { shopDatabaseMb: 2 });
  await lab.host('db1').powerOff();
  expect(await primary.isAlive()).toBe(false);
  expect(await standby.sql('SELECT count(*) > 0 FROM orders', 'shop')).toBe('t');
  await lab.host('db1').powerOn();
  await primary.start();
  expect(await primary.sql('SELECT pg_is_in_recovery()')).toBe('f');
});

test('the loopback hosts of a lab that was killed die with it', async () => {
  const child = spawn(process.execPath, [MAIN, 'up', '--dir', dir, '--shop-mb', '1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await until('the lab is up', () => said.includes('Ctrl-C removes everything'), { timeoutMs: 60_000 });
  const [, number] = /127\.77\.(\d+)\.11/.exec(said) ?? [];
  const folder = path.join(tmpdir(), `tandem-loopback-${number ?? ''}`);
  const roots = ['db1', 'db2', 'db3', 'db4'].map((name) => path.join(folder, name));
  const alive = async () => (await Promise.all(roots.map(processesOf))).flat();
  expect((await alive()).length).toBeGreaterThan(8);
  child.kill('SIGKILL');
  await until('its hosts are gone', async () => (await alive()).length === 0, { timeoutMs: 10_000 });
});
