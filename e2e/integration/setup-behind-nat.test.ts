import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabHost } from '#e2e/lab/processes/lab-host.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { startSetup } from './tandem/start-setup.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';

let dir: string;
let lab: Lab;
let tandem: TestTandem;
let primary: LabPostgres;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-lab-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  primary = await lab.createPrimary('db1', { shopDatabaseMb: 2 });
  await seeAs(lab.host('db1'), lab.host('db2'), lab.network.address(100));
  await seeAs(lab.host('db2'), lab.host('db1'), lab.network.address(101));
  await tandem.startWorker();
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** `host` sees connections of `other` as coming from `address`, as behind a router that translates. */
async function seeAs(host: LabHost, other: LabHost, address: string): Promise<void> {
  const input = [
    'add table ip translation',
    'add chain ip translation in { type nat hook input priority 100; }',
    `add rule ip translation in ip saddr ${other.address} snat to ${address}`,
    '',
  ].join('\n');
  await requireProgram(['nsenter', '-t', String(host.pid), '-n', 'nft', '-f', '-'], { input });
}

it('allows the other node by the address that this one really sees, in both directions', async () => {
  const [primaryServerId, standbyServerId] = await Promise.all([
    tandem.addServer(lab, 'db1'),
    tandem.addServer(lab, 'db2'),
  ]);
  const primaryDataDirectory = primary.location.dataDirectory;
  const draft = { name: 'shop', primaryServerId, primaryDataDirectory, standbyServerId };
  const run = await tandem.finished((await startSetup(tandem, draft)).id);
  expect(run).toMatchObject({ status: 'succeeded', problem: null });
  const streaming = "SELECT client_addr FROM pg_stat_replication WHERE state = 'streaming'";
  expect(await primary.sql(streaming)).toBe(lab.network.address(100));
  const rules = (host: string) =>
    lab
      .host(host)
      .require([
        'grep',
        '-c',
        '-F',
        lab.network.address(host === 'db1' ? 100 : 101),
        `${primaryDataDirectory}/pg_hba.conf`,
      ]);
  expect(Number((await rules('db1')).stdout)).toBeGreaterThan(0);
  expect(Number((await rules('db2')).stdout)).toBeGreaterThan(0);
});
