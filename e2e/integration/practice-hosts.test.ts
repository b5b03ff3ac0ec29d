import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '#e2e/lab/processes/run-program.ts';
import { startLab } from '#e2e/lab/processes/start-lab.ts';
import { startShopLoad } from '#e2e/lab/processes/start-shop-load.ts';
import { until } from '#e2e/lab/processes/until.ts';

const MAIN = fileURLToPath(new URL('../lab/processes/main.ts', import.meta.url));

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-lab-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function bridges(): Promise<string[]> {
  const { stdout } = await runProgram(['ip', '-o', 'link', 'show', 'type', 'bridge']);
  return stdout.match(/tandem-\d+/g) ?? [];
}

async function processesOf(directory: string): Promise<string> {
  return (await runProgram(['pgrep', '-f', `host-init.sh ${directory}`])).stdout;
}

test('two labs at once have different networks, and stopping them leaves nothing', async () => {
  const labs = await Promise.all(
    ['a', 'b'].map((name) =>
      startLab({ dir: path.join(dir, name), hosts: [{ name: 'one' }, { name: 'two' }] }),
    ),
  );
  const addresses = labs.flatMap((lab) => lab.hosts.map((host) => host.address));
  expect(new Set(addresses).size).toBe(4);
  await Promise.all(labs.map((lab) => lab.stop()));
  const left = await bridges();
  for (const lab of labs) expect(left).not.toContain(lab.network.bridge);
  expect(await processesOf(dir)).toBe('');
  expect(await readdir(path.join(dir, 'a'))).toEqual(['login-key', 'login-key.pub']);
});

test('the hosts of a lab that was killed die with it, and the next start removes the rest', async () => {
  const child = spawn(process.execPath, [MAIN, 'up', '--dir', dir, '--shop-mb', '1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  await until('the lab is up', () => said.includes('Ctrl-C removes everything'), { timeoutMs: 60_000 });
  const state = JSON.parse(await readFile(path.join(dir, 'lab.json'), 'utf8')) as { bridge: string };
  expect(await bridges()).toContain(state.bridge);
  child.kill('SIGKILL');
  await until('its hosts are gone', async () => (await processesOf(dir)) === '', { timeoutMs: 10_000 });
  const next = await startLab({ dir, hosts: [{ name: 'one' }] });
  expect(next.hosts).toHaveLength(1);
  await next.stop();
  expect(await bridges()).not.toContain(state.bridge);
});

test('a pair streams under load, and an application finds the promoted standby after a power loss', async () => {
  const lab = await startLab({ dir, hosts: [{ name: 'one' }, { name: 'two' }] });
  try {
    const { primary, standby } = await lab.createReplicatingPair('one', 'two', { shopDatabaseMb: 2 });
    const load = startShopLoad([primary, standby]);
    await until(
      'orders on the primary',
      () => (load.report()?.acknowledged ?? 0) > 20 && load.report()?.address === lab.host('one').address,
    );
    await lab.host('one').powerOff();
    await standby.sql('SELECT pg_promote()');
    await until('orders on the new primary', () => load.report()?.address === lab.host('two').address);
    await lab.host('one').powerOn();
    await primary.start();
    expect(await primary.sql('SELECT pg_is_in_recovery()')).toBe('f');
    await load.stop();
  } finally {
    await lab.stop();
  }
});

test('network and disk faults do what they say: cut both ways, one way, from one peer, disk full', async ({
  skip,
}) => {
  const lab = await startLab({ dir, hosts: [{ name: 'one', diskMib: 300 }, { name: 'two' }] });
  try {
    if (lab.unavailable.cutNetwork !== null) skip(lab.unavailable.cutNetwork);
    const [one, two] = [lab.host('one'), lab.host('two')];
    const reaches = async (from: typeof one, to: typeof one) =>
      (await from.run(['timeout', '1', 'bash', '-c', 'exec 3<>/dev/tcp/$0/22', to.address])).exitCode === 0;
    expect(await reaches(two, one)).toBe(true);
    for (const direction of ['both', 'incoming', 'outgoing'] as const) {
      await one.cutNetwork(direction, two);
      expect(await reaches(two, one)).toBe(false);
      await one.restoreNetwork();
      expect(await reaches(two, one)).toBe(true);
    }
    await one.fillDisk();
    const write = ['dd', 'if=/dev/zero', 'of=/srv/postgres/more', 'bs=1M', 'count=5'] as const;
    expect((await one.run([...write])).stderr).toContain('No space left on device');
    await one.freeDisk();
    expect((await one.run([...write])).exitCode).toBe(0);
  } finally {
    await lab.stop();
  }
});
