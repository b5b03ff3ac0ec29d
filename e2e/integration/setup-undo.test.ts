import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabHost } from '#e2e/lab/processes/lab-host.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { until } from './platform/until.ts';
import { snapshotHost, type HostSnapshot } from './tandem/host-snapshot.ts';
import { startSetup, stateOf, untilCopying } from './tandem/start-setup.ts';
import { ADA, startTandem, type TestTandem } from './tandem/start-tandem.ts';

let dir: string;
let lab: Lab;
let primary: LabPostgres;
let tandem: TestTandem;
let hbaBefore: Buffer;
const ids: Record<string, string> = {};

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-undo-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  primary = await lab.createPrimary('db1', { shopDatabaseMb: 20 });
  // A comment in the encoding of long ago.
  const hba = lab.host('db1').outside(`${primary.location.dataDirectory}/pg_hba.conf`);
  await appendFile(hba, Buffer.from('# f\u00fcr die Anwendung\n', 'latin1'));
  hbaBefore = await readFile(hba);
  // What somebody kept where the standby shall live.
  await lab.host('db2').require([
    'sh',
    '-c',
    `mkdir -p /srv/postgres/shop/data/old && cd /srv/postgres/shop/data && chmod 0750 . &&
     echo precious > old/keep.txt && chmod 0604 old/keep.txt && ln -s old/keep.txt link && mkfifo -m 0640 pipe`,
  ]);
  await tandem.startWorker();
  await Promise.all(['db1', 'db2'].map(async (name) => (ids[name] = await tandem.addServer(lab, name))));
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function snapshot(): Promise<{ db1: HostSnapshot; db2: HostSnapshot }> {
  return {
    db1: await snapshotHost(lab.host('db1'), '/srv/postgres', [primary]),
    db2: await snapshotHost(lab.host('db2'), '/srv/postgres', []),
  };
}

const draft = (name: string) => ({
  name,
  primaryServerId: ids['db1'] ?? '',
  primaryDataDirectory: primary.location.dataDirectory,
  standbyServerId: ids['db2'] ?? '',
});

/** As a host's own firewall does: a refusal, so that the path itself shows to be open. */
async function refuse(host: LabHost, from: LabHost, port: number): Promise<void> {
  const rules = [
    'add table inet tandem_lab',
    'add chain inet tandem_lab in { type filter hook input priority 0; }',
    `add rule inet tandem_lab in ip saddr ${from.address} tcp dport ${port} reject with tcp reset`,
    '',
  ].join('\n');
  await requireProgram(['nsenter', '-t', String(host.pid), '-n', 'nft', '-f', '-'], { input: rules });
}

describe('undo of setup-standby on practice hosts', () => {
  it('brings the primary back when a person cancels in the middle of its restart', async () => {
    const before = await snapshot();
    // A client's process that does not end: the shutdown waits for it.
    const session = primary.psql("SELECT 'stuck', pg_sleep(600)");
    const pid = await until('the client is connected', 10_000, () =>
      primary.sql("SELECT pid FROM pg_stat_activity WHERE query ~ '^SELECT .stuck'"),
    );
    await lab.host('db1').require(['kill', '-s', 'STOP', pid]);
    const { id } = await startSetup(tandem, draft('cut short'));
    await until('the primary is shutting down', 30_000, async () => {
      return (await primary.log()).trimEnd().split('\n').slice(-6).join().includes('received fast shutdown');
    });
    await tandem.services.operations.cancel(id, ADA);
    await until('undo begins', 10_000, async () => {
      return (await tandem.services.operations.get(id)).status === 'undoing';
    });
    expect((await primary.psql('SELECT 1')).exitCode).not.toBe(0);
    await lab.host('db1').require(['kill', '-s', 'CONT', pid]);
    expect((await tandem.finished(id)).status).toBe('undone');
    expect((await session).exitCode).not.toBe(0);
    expect(await snapshot()).toEqual(before);
  });

  it('puts both hosts back after a failure with the standby already streaming', async () => {
    const before = await snapshot();
    await refuse(lab.host('db2'), lab.host('db1'), 5432);
    const { id, plan } = await startSetup(tandem, { ...draft('late failure'), mode: 'synchronous' });
    expect(plan.steps.map((s) => s.name)).toEqual(expect.arrayContaining(['restart-primary', 'move-aside']));
    const run = await tandem.finished(id);
    await lab.host('db2').restoreNetwork();
    expect(run.problem?.message).toContain('db1 cannot replicate from db2');
    expect(run.status).toBe('undone');
    expect(stateOf(run, 'start-standby')).toBe('undone');
    expect(stateOf(run, 'prove-way-back')).toBe('failed');
    expect(await snapshot()).toEqual(before);
  });

  it('puts both hosts back when a person cancels during the base backup', async () => {
    const before = await snapshot();
    const { id } = await startSetup(tandem, { ...draft('cancelled'), backupRateLimitBytes: 1024 * 1024 });
    await untilCopying(tandem, id);
    await tandem.services.operations.cancel(id, ADA);
    const run = await tandem.finished(id);
    expect(run.problem?.code).toBe('CANCELLED');
    expect(run.status).toBe('undone');
    const left = await lab.host('db2').run(['pgrep', '-a', 'pg_basebackup']);
    expect(left.stdout).toBe('');
    expect(await snapshot()).toEqual(before);
  });

  it('removes the parents that it made, and only those, and keeps what somebody else set meanwhile', async () => {
    const before = await snapshot();
    const { id } = await startSetup(tandem, {
      ...draft('no parents'),
      standbyDataDirectory: '/srv/postgres/deep/er/data',
      standbyPort: 5433,
      backupRateLimitBytes: 1024 * 1024,
    });
    await untilCopying(tandem, id);
    await primary.sql("ALTER SYSTEM SET work_mem = '9MB'");
    await tandem.services.operations.cancel(id, ADA);
    expect((await tandem.finished(id)).status).toBe('undone');
    const conf = `${primary.location.dataDirectory}/postgresql.auto.conf`;
    expect(await readFile(lab.host('db1').outside(conf), 'utf8')).toContain("work_mem = '9MB'");
    await primary.sql('ALTER SYSTEM RESET work_mem');
    await primary.reload();
    expect(await snapshot()).toEqual(before);
  });

  it('leaves nothing that stands in the way of the next run, here a synchronous one on another port', async () => {
    const { id } = await startSetup(tandem, {
      ...draft('at last'),
      mode: 'synchronous',
      standbyDataDirectory: '/srv/postgres/deep/er/data',
      standbyPort: 5433,
    });
    const run = await tandem.finished(id);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    expect(await primary.sql('SELECT application_name, sync_state FROM pg_stat_replication')).toBe(
      'tandem_at_last|sync',
    );
    const hba = await readFile(lab.host('db1').outside(`${primary.location.dataDirectory}/pg_hba.conf`));
    expect(hba.subarray(-hbaBefore.length)).toEqual(hbaBefore);
    expect(hba.length).toBeGreaterThan(hbaBefore.length);
    const kept = await lab.host('db2').require(['cat', '/srv/postgres/shop/data/old/keep.txt']);
    expect(kept.stdout).toBe('precious\n');
  });
});
