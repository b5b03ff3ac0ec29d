import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabPostgres, labLocation } from '#e2e/lab/processes/lab-postgres.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { until } from './platform/until.ts';
import { untilCopying } from './tandem/start-setup.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';

let dir: string;
let lab: Lab;
let primary: LabPostgres;
let standby: LabPostgres;
let tandem: TestTandem;
const ids: Record<string, string> = {};

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-killed-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  primary = await lab.createPrimary('db1', {
    shopDatabaseMb: 10,
    settings: { log_replication_commands: 'on' },
  });
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Ends when the kernel has killed the worker; a worker that ended by itself is a failure. */
async function untilKilled(worker: ChildProcess): Promise<void> {
  await until('the worker is killed', 60_000, () => worker.exitCode !== null || worker.signalCode !== null);
  expect(worker.signalCode).toBe('SIGKILL');
}

const streams = (from: LabPostgres) => async () =>
  (await from.sql('SELECT state FROM pg_stat_replication')) === 'streaming';

/** All that a server logged, also after somebody else started it anew. */
async function logOf(server: LabPostgres): Promise<string> {
  const started = await server.host.run(['sh', '-c', 'cat "$HOME"/.local/state/tandem/log/*.log']);
  return (await server.log()) + started.stdout;
}

const starts = (log: string): number =>
  log.match(/database system is ready to accept connections/g)?.length ?? 0;

describe('a worker that is killed', () => {
  it('costs nothing but time: each next one goes on, every effect happens once', async () => {
    const startsBefore = starts(await primary.log());
    const first = await tandem.startWorker();
    await Promise.all(['db1', 'db2'].map(async (name) => (ids[name] = await tandem.addServer(lab, name))));
    const { draftId, planId, plan } = await tandem.plan({
      name: 'shop',
      primaryServerId: ids['db1'] ?? '',
      primaryDataDirectory: primary.location.dataDirectory,
      standbyServerId: ids['db2'] ?? '',
      backupRateLimitBytes: 2 * 1024 * 1024,
    });
    first.kill('SIGKILL');
    await untilKilled(first);
    const id = await tandem.services.drafts.approve(draftId, planId, plan.hash, null, {
      userId: 'ada',
      name: 'Ada',
    });
    for (const point of [
      'configure-primary:after-effect',
      'create-replication-role:after-effect',
      'base-backup:after-start-record',
    ]) {
      await untilKilled(await tandem.startWorker({ TANDEM_FAULT_POINTS: `${point}=kill` }));
    }
    const copying = await tandem.startWorker();
    await untilCopying(tandem, id);
    copying.kill('SIGKILL');
    await untilKilled(copying);
    for (const point of ['start-standby:after-effect', 'prove-marker:before-finish-record']) {
      await untilKilled(await tandem.startWorker({ TANDEM_FAULT_POINTS: `${point}=kill` }));
    }
    await tandem.startWorker();
    const run = await tandem.finished(id);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');

    const attempts = await tandem.prisma.stepAttempt.findMany({ where: { operationId: id } });
    const interrupted = attempts.filter((a) => a.status === 'interrupted').map((a) => a.stepName);
    expect(interrupted.sort()).toEqual(
      [
        'configure-primary',
        'create-replication-role',
        'base-backup',
        'base-backup',
        'start-standby',
        'prove-marker',
      ].sort(),
    );
    expect(await primary.sql('SELECT slot_name, active FROM pg_replication_slots')).toBe('tandem_shop|t');
    expect(await primary.sql("SELECT rolname FROM pg_roles WHERE rolname ~ '^tandem' ORDER BY 1")).toBe(
      'tandem_monitor\ntandem_replication\ntandem_rewind',
    );
    const log = await logOf(primary);
    expect(log.match(/received replication command: BASE_BACKUP/g)).toHaveLength(1);
    expect(starts(log)).toBe(startsBefore + 1);
    const jobs = await lab.host('db2').require(['sh', '-c', 'ls "$HOME/.local/state/tandem/jobs"']);
    expect(jobs.stdout.trim().split('\n')).toEqual([expect.stringMatching(/-base-backup-1$/)]);
    const place = await tandem.prisma.instance.findFirstOrThrow({ where: { serverId: ids['db2'] ?? '' } });
    standby = new LabPostgres(lab.host('db2'), {
      ...labLocation(lab.host('db2'), 'shop'),
      socketDirectory: place.socketDirectory ?? '',
    });
    expect(await streams(primary)()).toBe(true);
    const count = 'SELECT count(*) FROM orders';
    const orders = await primary.sql(count, 'shop');
    expect(Number(orders)).toBeGreaterThan(0);
    await until('the standby holds every order', 10_000, async () => {
      return (await standby.sql(count, 'shop')) === orders;
    });
  }, 240_000);
});

describe('a pair that setup-standby built', () => {
  it('streams in the other direction after a change of roles by hand, with what setup left on both nodes', async () => {
    const conninfo = await standby.sql('SHOW primary_conninfo');
    await primary.stop();
    await standby.sql('SELECT pg_promote(true, 60)');
    await standby.sql("SELECT pg_create_physical_replication_slot('back', true)");
    await standby.sql("INSERT INTO customers (name, email) VALUES ('New', 'new@shop.example')", 'shop');
    const mirrored = conninfo
      .replace(lab.host('db1').address, lab.host('db2').address)
      .replace('tandem_shop', 'back');
    expect(mirrored).toContain('tandem.pgpass');
    const settings = `primary_conninfo = '${mirrored.replaceAll("'", "''")}'\nprimary_slot_name = 'back'\n`;
    await lab
      .host('db1')
      .require(
        [
          'sh',
          '-c',
          'cat >> "$1/postgresql.auto.conf"; : > "$1/standby.signal"',
          'sh',
          primary.location.dataDirectory,
        ],
        { input: settings },
      );
    await primary.start();
    await until('the old primary streams from the new one', 30_000, streams(standby));
    await until('the old primary holds what was written since', 10_000, async () => {
      return (await primary.sql("SELECT count(*) FROM customers WHERE name = 'New'", 'shop')) === '1';
    });
    expect(await primary.sql('SELECT pg_is_in_recovery()')).toBe('t');
    // Tandem was told of none of this, and says what it sees.
    const [pair] = await tandem.services.pairs.list();
    await until('the monitor shows the swapped roles', 15_000, async () => {
      const { sample } = await tandem.services.pairs.get(pair?.id ?? '');
      return sample?.diagnosis.code === 'roles-swapped';
    });
  });
});
