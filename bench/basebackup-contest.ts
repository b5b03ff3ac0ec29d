import { passfilePath } from '#server/domain/own-files.ts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ADA, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import type { LabHost } from '#e2e/lab/processes/lab-host.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { createPairInventory } from '#server/adapters/store/pair-inventory.ts';
import { baseBackupArguments } from '#server/operations/setup-standby/steps/base-backup.ts';
import {
  backupPassfilePath,
  parseSetupInput,
  type SetupInput,
} from '#server/operations/setup-standby/input.ts';

const RUN_TIMEOUT_MS = 600_000;
/** Copy of the passfile between two runs. */
const KEPT_PASSFILE = '/srv/postgres/bench.pgpass';

/** One run of the step; ms. Its parts are read from the files of the job, on the same clock. */
export interface TandemRun {
  input: SetupInput;
  ms: number;
  /** From the start record until pg_basebackup runs. */
  beforeJobMs: number;
  jobMs: number;
  /** From pg_basebackup's end to the recorded, verified end of the step. */
  afterJobMs: number;
}

/** Both ways to copy the same database to the same empty directory; each run leaves it empty again. */
export class BasebackupContest {
  readonly #o: {
    tandem: TestTandem;
    primary: LabPostgres;
    standbyHost: LabHost;
    ids: { primary: string; standby: string };
  };

  constructor(o: {
    tandem: TestTandem;
    primary: LabPostgres;
    standbyHost: LabHost;
    ids: { primary: string; standby: string };
  }) {
    this.#o = o;
  }

  /** Random bytes, so that nothing on the way can make them fewer. */
  async fill(megabytes: number): Promise<void> {
    const { primary } = this.#o;
    await primary.sql('CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE TABLE bulk (data bytea);', 'postgres');
    await primary.sql('ALTER TABLE bulk ALTER COLUMN data SET STORAGE EXTERNAL;', 'postgres');
    await primary.sql(
      `INSERT INTO bulk SELECT gen_random_bytes(1024) FROM generate_series(1, ${Math.round(megabytes * 1024)});`,
      'postgres',
    );
  }

  /** The whole operation; measured is its step. */
  async tandem(name: string): Promise<TandemRun> {
    const { tandem, ids, primary } = this.#o;
    const { draftId, planId, plan } = await tandem.plan({
      name,
      primaryServerId: ids.primary,
      primaryDataDirectory: primary.location.dataDirectory,
      standbyServerId: ids.standby,
    });
    await this.#settle();
    const id = await tandem.services.drafts.approve(draftId, planId, plan.hash, null, ADA);
    const run = await tandem.finished(id, RUN_TIMEOUT_MS);
    if (run.status !== 'succeeded')
      throw new Error(`the setup ended as ${run.status}: ${JSON.stringify(run.problem)}`);
    const step = run.steps.find((s) => s.name === 'base-backup');
    const [startedAtMs, finishedAtMs] = [step?.startedAtMs ?? Number.NaN, step?.finishedAtMs ?? Number.NaN];
    const stored = await tandem.prisma.operation.findUniqueOrThrow({ where: { id } });
    const input = parseSetupInput(stored.input);
    const job = await this.#jobTimes(input);
    await this.#cleanUpAfterTandem(input);
    return {
      input,
      ms: finishedAtMs - startedAtMs,
      beforeJobMs: job.startedAtMs - startedAtMs,
      jobMs: job.endedAtMs - job.startedAtMs,
      afterJobMs: finishedAtMs - job.endedAtMs,
    };
  }

  /** The same command by hand into the same, again empty, directory. Answers in ms. */
  async alone(input: SetupInput): Promise<number> {
    const { standbyHost, primary } = this.#o;
    await primary.sql(`SELECT pg_create_physical_replication_slot('${input.slotName}', true)`, 'postgres');
    await this.#sh('cp -p -- "$1" "$2"', KEPT_PASSFILE, backupPassfilePath(input));
    await this.#settle();
    const command = [
      `${input.standby.location.binDirectory}/pg_basebackup`,
      ...baseBackupArguments(input),
    ] as const;
    const startedAtMs = performance.now();
    await standbyHost.require(command, { timeoutMs: RUN_TIMEOUT_MS });
    const ms = performance.now() - startedAtMs;
    await this.#empty(input);
    return ms;
  }

  /** Neither side pays for what was written before it. */
  async #settle(): Promise<void> {
    await this.#o.primary.sql('CHECKPOINT', 'postgres');
    await promisify(execFile)('sync');
  }

  async #jobTimes(input: SetupInput): Promise<{ startedAtMs: number; endedAtMs: number }> {
    const { stdout } = await this.#sh(
      'cd "$HOME/.local/state/tandem/jobs/$1" && stat -c %.3Y lock rc',
      `${input.pairId}-base-backup-1`,
    );
    const [started = Number.NaN, ended = Number.NaN] = stdout.trim().split('\n').map(Number);
    return { startedAtMs: started * 1_000, endedAtMs: ended * 1_000 };
  }

  async #cleanUpAfterTandem(input: SetupInput): Promise<void> {
    const { tandem, standbyHost } = this.#o;
    const { dataDirectory, binDirectory } = input.standby.location;
    await createPairInventory(tandem.prisma).remove(input.pairId);
    await standbyHost.require([`${binDirectory}/pg_ctl`, '-D', dataDirectory, '-w', '-m', 'fast', 'stop']);
    await this.#sh('cp -p -- "$1" "$2"', passfilePath(dataDirectory), KEPT_PASSFILE);
    await this.#empty(input);
  }

  async #empty(input: SetupInput): Promise<void> {
    const { dataDirectory } = input.standby.location;
    await this.#sh('rm -f -- "$1"; find "$2" -mindepth 1 -delete', backupPassfilePath(input), dataDirectory);
    await this.#o.primary.sql(`SELECT pg_drop_replication_slot('${input.slotName}')`, 'postgres');
  }

  #sh(script: string, ...args: string[]) {
    return this.#o.standbyHost.require(['sh', '-c', script, 'sh', ...args]);
  }
}
