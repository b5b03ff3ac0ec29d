/**
 * What Tandem adds to a base backup: from the start record of the step `base-backup` to its verified
 * end, against pg_basebackup alone with the same arguments, slot and disk. The two alternate and take
 * turns in going first; before each, the primary has checkpointed and the disk has nothing to write.
 * `npm run bench:basebackup -- [--pairs 5] [--megabytes 1024] [--json]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { startLab } from '#e2e/lab/processes/start-lab.ts';
import { BasebackupContest, type TandemRun } from './basebackup-contest.ts';
import { finish, median, numberOption, printTable } from './report.ts';

const pairs = numberOption('pairs', 5);
const megabytes = numberOption('megabytes', 1024);

interface Row {
  first: 'Tandem' | 'alone';
  tandem: TandemRun;
  aloneMs: number;
}

async function contest(c: BasebackupContest): Promise<Row[]> {
  // Both once, unmeasured: the first copy finds a cold cache, no connection and no slot.
  let last = await c.tandem('warm-up');
  await c.alone(last.input);
  const rows: Row[] = [];
  for (let n = 1; n <= pairs; n += 1) {
    const tandemFirst = n % 2 === 1;
    const before = tandemFirst ? null : await c.alone(last.input);
    last = await c.tandem(`bench-${n}`);
    rows.push({
      first: tandemFirst ? 'Tandem' : 'alone',
      tandem: last,
      aloneMs: before ?? (await c.alone(last.input)),
    });
  }
  return rows;
}

const dir = await mkdtemp(path.join(tmpdir(), 'tandem-bench-'));
const lab = await startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] });
const tandem = await startTandem();
try {
  const primary = await lab.createPrimary('db1', { shopDatabaseMb: 5, fsync: true });
  await tandem.startWorker();
  const ids = { primary: await tandem.addServer(lab, 'db1'), standby: await tandem.addServer(lab, 'db2') };
  const both = new BasebackupContest({ tandem, primary, standbyHost: lab.host('db2'), ids });
  await both.fill(megabytes);
  const rows = await contest(both);
  const seconds = (ms: number): string => (ms / 1000).toFixed(2);
  printTable(
    ['run', 'first', 'Tandem s', 'of it start ms', 'job s', 'end ms', 'pg_basebackup s', 'ratio'],
    rows.map((r, i) => [
      i + 1,
      r.first,
      seconds(r.tandem.ms),
      r.tandem.beforeJobMs.toFixed(0),
      seconds(r.tandem.jobMs),
      r.tandem.afterJobMs.toFixed(0),
      seconds(r.aloneMs),
      (r.tandem.ms / r.aloneMs).toFixed(3),
    ]),
  );
  const all = rows.map((r) => r.tandem.ms / 1000);
  const result = {
    bench: 'basebackup',
    unit: 's',
    runs: rows.length,
    median: median(all),
    worst: Math.max(...all),
    baseline: median(rows.map((r) => r.aloneMs / 1000)),
    ratio: median(rows.map((r) => r.tandem.ms / r.aloneMs)),
    megabytes,
    startMs: median(rows.map((r) => r.tandem.beforeJobMs)),
    endMs: median(rows.map((r) => r.tandem.afterJobMs)),
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
