import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep, type ReadStep } from '#server/engine/define-operation.ts';
import { formatConninfo } from '#server/domain/conninfo.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import { tlsConninfo, tlsHost } from '#server/domain/pair-tls.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import { dataDirectoryOf, labelOf, type RejoinInput } from '../input.ts';
import type { RejoinObservation } from '../look.ts';
import { followTool } from './host-tool.ts';

const DRY_RUN_MS = 600_000;
const REWIND_MS = 24 * 3_600_000;

/** Recovery was a step of its own, so pg_rewind must not do it again. The passfile is a copy: the real one is rewound. */
function rewindArguments(input: RejoinInput, dry: boolean): string[] {
  const source = input.newPrimary;
  const { configDirectory } = input.oldPrimary.location;
  const conninfo = formatConninfo({
    ...tlsHost(source, input.tlsNames),
    port: source.location.port,
    user: input.rewindRole,
    dbname: 'postgres',
    passfile: passfilePath(input.keptIn),
    application_name: 'tandem_rewind',
    ...tlsConninfo(input.tls, input.keptIn),
  });
  return [
    `--target-pgdata=${dataDirectoryOf(input)}`,
    `--source-server=${conninfo}`,
    '--no-ensure-shutdown',
    // Read for restore_command and the like; where it lies elsewhere, pg_rewind does not find it.
    ...(configDirectory === null ? [] : [`--config-file=${configDirectory}/postgresql.conf`]),
    '--progress',
    ...(dry ? ['--dry-run'] : []),
  ];
}

const line = (input: RejoinInput, dry: boolean): string =>
  [
    `${input.oldPrimary.location.binDirectory}/pg_rewind`,
    ...rewindArguments(input, dry).map((a) => (/[\s']/.test(a) ? `"${a}"` : a)),
  ].join(' ');

/** Everything of a rewind but the writing. */
export const dryRun: ReadStep<ChangeWorld, RejoinInput> = {
  kind: 'read',
  name: 'rewind-dry-run',
  group: 'prepares',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way !== 'rewind',
  explain: () =>
    text('Try the rewind without writing (dry run).', 'Das Zurückdrehen ohne Schreiben versuchen (dry run).'),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: line(c.input, true),
    },
  ],
  expectedMs: () => 1_000,
  timeoutMs: DRY_RUN_MS,
  read: async (c) => {
    const { runtime } = c.world.oldPrimary;
    const wait = { signal: c.signal, timeoutMs: DRY_RUN_MS };
    const { exitCode, stderr } = await runtime.runTool('pg_rewind', rewindArguments(c.input, true), wait);
    if (stderr.trim() !== '') c.log(stderr, 'stderr');
    if (exitCode === 0) return { ok: true };
    throw new AppError('GATE_FAILED', {
      message: 'the dry run of pg_rewind failed',
      detail: stderr.trim().split('\n').slice(-10).join('\n'),
      hint: 'Nothing was written. Mend the cause, or choose the new base backup.',
    });
  },
};

const jobOf = (input: RejoinInput): string => `${input.pairId}-rewind-${labelOf(input)}`;

const stateOf = async (c: ChangeContext<RejoinInput>): Promise<string> =>
  (await c.world.oldPrimary.runtime.toolState(jobOf(c.input), 0, within(c))).status;

/** Never repeated: a directory after a failed rewind is of no use, so a failure leads to the offer of a rebuild. */
export const rewind: MutationStep<ChangeWorld, RejoinObservation, RejoinInput> = {
  kind: 'mutation',
  name: 'rewind',
  group: 'comes-back',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way !== 'rewind',
  explain: (c) =>
    text(
      `Rewind ${c.input.oldPrimary.serverName} to the fork and copy what changed since (pg_rewind). It is not startable meanwhile.`,
      `${c.input.oldPrimary.serverName} zur Gabelung zurückdrehen und seither Geändertes kopieren (pg_rewind). Solange ist er nicht startbar.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: line(c.input, false),
    },
  ],
  expectedMs: () => 5_000,
  needs: [],
  isDone: async (c) => ((await stateOf(c)) === 'succeeded' ? 'done' : 'not-done'),
  do: async (c) => {
    const { runtime } = c.world.oldPrimary;
    const state = await runtime.stopState(within(c));
    if (state === 'running' || state === 'writes-ended')
      throw new AppError('WORLD_CHANGED', {
        message: `PostgreSQL on ${c.input.oldPrimary.serverName} runs: somebody started it`,
        hint: 'Stop it, then retry.',
      });
    if ((await stateOf(c)) === 'absent')
      await runtime.startTool(jobOf(c.input), 'pg_rewind', rewindArguments(c.input, false), within(c));
    await followTool(c, 'pg_rewind', jobOf(c.input));
  },
  undo: { nothing: text('What diverged is kept aside.', 'Was auseinanderlief, ist aufgehoben.') },
  timeouts: { doMs: REWIND_MS, settleMs: 5_000 },
  retry: { ...RETRY.transientOnly, attempts: 20 },
};
