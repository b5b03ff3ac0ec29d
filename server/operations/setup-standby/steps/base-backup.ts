import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { formatConninfo } from '#server/domain/conninfo.ts';
import { bytesText, text } from '#server/domain/text.ts';
import type { BackupProgress } from '#server/ports/postgres-admin.ts';
import { expectedBackupMs, LONGEST_BACKUP_MS } from '../backup-time.ts';
import type { SetupObservation } from '../observation.ts';
import { backupPassfilePath, type SetupInput } from '../input.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';

/**
 * One look waits on the host so long for the job's end, so the end is seen at once. Each look starts a
 * handful of processes there, and the copy needs the processors itself: seldom, or it slows the copy.
 */
const LOOK_MS = 1_000;
/** A host that cannot wait is not asked more often. */
const POLL_MS = 100;
/** A look at the progress starts a psql: seldom, or it would slow the copy down. */
const PROGRESS_EVERY_MS = 1_000;

/** The exact arguments; also what the bench runs as its baseline. */
export function baseBackupArguments(input: SetupInput): string[] {
  const conninfo = formatConninfo({
    host: input.primary.address,
    port: input.primary.location.port,
    user: input.roles.replication.name,
    passfile: backupPassfilePath(input),
    application_name: `${input.slotName}_backup`,
    sslmode: 'prefer',
  });
  const limit = input.backupRateLimitBytes;
  return [
    `--pgdata=${input.standby.location.dataDirectory}`,
    `--dbname=${conninfo}`,
    '--no-password',
    '--checkpoint=fast',
    '--wal-method=stream',
    `--slot=${input.slotName}`,
    ...(limit === null ? [] : [`--max-rate=${Math.min(1_048_576, Math.max(32, Math.round(limit / 1024)))}k`]),
  ];
}

/** A try that failed keeps its files; the next one is a job of its own. */
async function currentJob(c: SetupContext): Promise<{ job: string; status: string }> {
  for (let n = 1; ; n += 1) {
    const job = `${c.input.pairId}-base-backup-${n}`;
    const { status } = await c.world.standby.runtime.toolState(job, 0, within(c));
    if (status !== 'failed' && status !== 'lost') return { job, status };
  }
}

/** pg_basebackup as a detached job: it outlives our SSH connection and our own death. */
export const baseBackup: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'base-backup',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: ({ input }) => {
    const size = bytesText(input.databaseBytes);
    const line = input.lineBytesPerSecond === null ? null : bytesText(input.lineBytesPerSecond);
    const over = {
      en: line === null ? '' : ` The line was measured at ${line.en}/s.`,
      de: line === null ? '' : ` Die Leitung wurde mit ${line.de}/s gemessen.`,
    };
    return text(
      `Copy ${size.en} from ${input.primary.serverName} with pg_basebackup.${over.en}`,
      `${size.de} von ${input.primary.serverName} mit pg_basebackup kopieren.${over.de}`,
    );
  },
  actions: (c) => [
    {
      type: 'command',
      server: c.input.standby.serverName,
      runAs: c.input.standby.location.osOwner,
      line: [
        `${c.input.standby.location.binDirectory}/pg_basebackup`,
        ...baseBackupArguments(c.input).map((a) => (/[\s']/.test(a) ? `"${a}"` : a)),
      ].join(' '),
    },
  ],
  expectedMs: ({ input }) =>
    expectedBackupMs({
      bytes: input.databaseBytes,
      limit: input.backupRateLimitBytes,
      line: input.lineBytesPerSecond,
    }),
  needs: [],
  isDone: async (c) => ((await currentJob(c)).status === 'succeeded' ? 'done' : 'not-done'),
  do: async (c) => {
    const { job, status } = await currentJob(c);
    if (status === 'absent') {
      await clearOwnLeftovers(c, job.endsWith('-1'));
      await c.world.standby.runtime.startTool(job, 'pg_basebackup', baseBackupArguments(c.input), within(c));
    }
    await follow(c, job);
  },
  output: (c) => Promise.resolve({ bytes: c.input.databaseBytes }),
  undo: {
    explain: () =>
      text('Stop the copy and remove what it wrote.', 'Die Kopie anhalten und das Geschriebene entfernen.'),
    isDone: async (c) => {
      const { status } = await currentJob(c);
      if (status === 'running') return 'not-done';
      const left = await c.world.standby.files.list(c.input.standby.location.dataDirectory, c);
      return left === null || left.length === 0 ? 'done' : 'not-done';
    },
    do: async (c) => {
      const { job, status } = await currentJob(c);
      if (status === 'running') await c.world.standby.runtime.cancelTool(job, within(c, 30_000));
      await c.world.standby.files.emptyDirectory(c.input.standby.location.dataDirectory, c);
    },
  },
  timeouts: { doMs: LONGEST_BACKUP_MS, settleMs: 10_000 },
  retry: { ...RETRY.transientOnly, attempts: 20 },
};

/** Before the first try the directory must be empty; later only a failed try of ours can have filled it. */
async function clearOwnLeftovers(c: SetupContext, firstTry: boolean): Promise<void> {
  const directory = c.input.standby.location.dataDirectory;
  const entries = await c.world.standby.files.list(directory, c);
  if (entries === null || entries.length === 0) return;
  if (firstTry) {
    throw new AppError('WORLD_CHANGED', {
      message: `${directory} on ${c.input.standby.serverName} is not empty any more`,
      detail: `${entries.length} entries, the first is ${entries[0]?.path ?? ''}`,
      hint: 'Somebody put files there since the plan was made. Look at them, then make the plan anew.',
    });
  }
  await c.world.standby.files.emptyDirectory(directory, c);
}

/** Waits for the job's end and reports what the primary says of its progress. */
async function follow(c: SetupContext, job: string): Promise<void> {
  const meter = new ProgressMeter(c);
  const { clock } = c.world;
  for (let fromByte = 0; ;) {
    const askedAtMs = clock.monotonicMs();
    const wait = { ...within(c), endWithinMs: LOOK_MS };
    const state = await c.world.standby.runtime.toolState(job, fromByte, wait);
    fromByte = state.nextByte;
    if (state.log.trim() !== '') c.log(state.log, 'stderr');
    if (state.status === 'succeeded') return;
    if (state.status !== 'running') throw jobFailed(state.exitCode, state.log);
    meter.look();
    await clock.sleep(Math.max(0, askedAtMs + POLL_MS - clock.monotonicMs()), c.signal);
  }
}

/** Asks the primary once in a while, beside the copy and never in its way; a lost answer is none. */
class ProgressMeter {
  readonly #c: SetupContext;
  #nextMs = 0;
  #asking = false;
  #seen: { bytes: number; atMs: number } | null = null;
  #rate: number | null = null;

  constructor(c: SetupContext) {
    this.#c = c;
  }

  look(): void {
    const now = this.#c.world.clock.monotonicMs();
    if (this.#asking || now < this.#nextMs) return;
    this.#asking = true;
    this.#nextMs = now + PROGRESS_EVERY_MS;
    void this.#c.world.primary.admin
      .backupProgress(within(this.#c))
      .then((p) => this.#report(p))
      .catch(() => undefined)
      .finally(() => {
        this.#asking = false;
      });
  }

  #report(p: BackupProgress | null): void {
    if (p === null || this.#c.signal.aborted) return;
    const atMs = this.#c.world.clock.monotonicMs();
    if (this.#seen !== null && atMs > this.#seen.atMs) {
      const current = ((p.streamedBytes - this.#seen.bytes) * 1_000) / (atMs - this.#seen.atMs);
      this.#rate = this.#rate === null ? current : this.#rate * 0.7 + current * 0.3;
    }
    this.#seen = { bytes: p.streamedBytes, atMs };
    this.#c.progress({
      doneBytes: p.streamedBytes,
      totalBytes: p.totalBytes,
      bytesPerSecond: this.#rate,
      etaMs: eta(p, this.#rate),
      phase: p.phase,
    });
  }
}

function eta(p: { totalBytes: number | null; streamedBytes: number }, rate: number | null): number | null {
  if (p.totalBytes === null || rate === null || rate <= 0) return null;
  return Math.max(0, Math.round(((p.totalBytes - p.streamedBytes) / rate) * 1_000));
}

function jobFailed(exitCode: number | null, log: string): AppError {
  return new AppError('COMMAND_FAILED', {
    message:
      exitCode === null
        ? 'pg_basebackup was ended from outside'
        : `pg_basebackup ended with exit code ${exitCode}`,
    detail: log.trim().split('\n').slice(-20).join('\n'),
    hint: 'The last lines name the cause. Mend it, then retry; what was copied is removed first.',
    data: { exitCode },
  });
}
