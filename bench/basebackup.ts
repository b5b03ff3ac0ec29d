/**
 * What Tandem adds to a base backup: from the start record of the step `base-backup` to its verified
 * end, against pg_basebackup alone with the same arguments, slot and disk, alternating.
 * `npm run bench:basebackup -- [--pairs 5] [--megabytes 1024] [--json]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import type { LabHost } from '#e2e/lab/processes/lab-host.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { startLab } from '#e2e/lab/processes/start-lab.ts';
import { createPairInventory } from '#server/adapters/store/pair-inventory.ts';
import { baseBackupArguments } from '#server/operations/setup-standby/steps/base-backup.ts';
import {
  backupPassfilePath,
  parseSetupInput,
  passfilePath,
  type SetupInput,
} from '#server/operations/setup-standby/input.ts';
import { finish, median, numberOption, printTable } from './report.ts';

const pairs = numberOption('pairs', 5);
const megabytes = numberOption('megabytes', 1024);

/** Random bytes, so that nothing on the way can make them fewer. */
async function fill(primary: LabPostgres): Promise<void> {
  await primary.sql('CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE TABLE bulk (data bytea);', 'postgres');
  await primary.sql('ALTER TABLE bulk ALTER COLUMN data SET STORAGE EXTERNAL;', 'postgres');
  const rows = Math.round(megabytes * 1024);
  await primary.sql(
    `INSERT INTO bulk SELECT gen_random_bytes(1024) FROM generate_series(1, ${rows}); CHECKPOINT;`,
    'postgres',
  );
}

async function measureTandem(
  tandem: TestTandem,
  ids: { primary: string; standby: string },
  primary: LabPostgres,
  name: string,
): Promise<{ ms: number; input: SetupInput }> {
  const { draftId, planId, plan } = await tandem.plan({
    name,
    primaryServerId: ids.primary,
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId: ids.standby,
  });
  const id = await tandem.services.drafts.approve(draftId, planId, plan.hash, null, ADA);
  const run = await tandem.finished(id, 600_000);
  if (run.status !== 'succeeded')
    throw new Error(`the setup ended as ${run.status}: ${JSON.stringify(run.problem)}`);
  const step = run.steps.find((s) => s.name === 'base-backup');
  const stored = await tandem.prisma.operation.findUniqueOrThrow({ where: { id } });
  return {
    ms: (step?.finishedAtMs ?? Number.NaN) - (step?.startedAtMs ?? Number.NaN),
    input: parseSetupInput(stored.input),
  };
}

/** The same command by hand into the same, again empty, directory. */
async function measureAlone(host: LabHost, input: SetupInput): Promise<number> {
  const target = input.standby.location.dataDirectory;
  await host.require([
    'sh',
    '-c',
    'cp -p -- "$1" "$2" && find "$3" -mindepth 1 -delete',
    'sh',
    passfilePath(target),
    backupPassfilePath(input),
    target,
  ]);
  const command = [
    `${input.standby.location.binDirectory}/pg_basebackup`,
    ...baseBackupArguments(input),
  ] as const;
  const startedAtMs = performance.now();
  await host.require(command, { timeoutMs: 600_000 });
  return performance.now() - startedAtMs;
}

const dir = await mkdtemp(path.join(tmpdir(), 'tandem-bench-'));
const lab = await startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] });
const tandem = await startTandem();
try {
  const primary = await lab.createPrimary('db1', { shopDatabaseMb: 5, fsync: true });
  await fill(primary);
  await tandem.startWorker();
  const ids = { primary: await tandem.addServer(lab, 'db1'), standby: await tandem.addServer(lab, 'db2') };
  const rows: { tandem: number; alone: number }[] = [];
  const db2 = lab.host('db2');
  for (let n = 1; n <= pairs; n += 1) {
    const { ms, input } = await measureTandem(tandem, ids, primary, `bench-${n}`);
    const { dataDirectory, binDirectory } = input.standby.location;
    await db2.require([`${binDirectory}/pg_ctl`, '-D', dataDirectory, '-w', '-m', 'fast', 'stop']);
    rows.push({ tandem: ms, alone: await measureAlone(db2, input) });
    await db2.require([
      'sh',
      '-c',
      'rm -f -- "$1"; find "$2" -mindepth 1 -delete',
      'sh',
      backupPassfilePath(input),
      dataDirectory,
    ]);
    await createPairInventory(tandem.prisma).remove(input.pairId);
    await primary.sql(`SELECT pg_drop_replication_slot('${input.slotName}')`, 'postgres');
  }
  printTable(
    ['run', 'Tandem s', 'pg_basebackup s', 'ratio'],
    rows.map((r, i) => [
      i + 1,
      (r.tandem / 1000).toFixed(2),
      (r.alone / 1000).toFixed(2),
      (r.tandem / r.alone).toFixed(3),
    ]),
  );
  const seconds = rows.map((r) => r.tandem / 1000);
  const result = {
    bench: 'basebackup',
    unit: 's',
    runs: rows.length,
    median: median(seconds),
    worst: Math.max(...seconds),
    baseline: median(rows.map((r) => r.alone / 1000)),
    ratio: median(rows.map((r) => r.tandem / r.alone)),
    megabytes,
  };
  process.stdout.write(
    `median ${result.median.toFixed(2)} s against ${result.baseline.toFixed(2)} s alone: ${result.ratio.toFixed(3)} times\n`,
  );
  finish(result);
} finally {
  await tandem.stop();
  await lab.stop();
  await rm(dir, { recursive: true, force: true });
}
