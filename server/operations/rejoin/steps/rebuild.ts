import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { formatConninfo } from '#server/domain/conninfo.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import { tlsConninfo, tlsHost } from '#server/domain/pair-tls.ts';
import { bytesText, text } from '#server/domain/text.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import { dataDirectoryOf, labelOf, type RejoinInput } from '../input.ts';
import type { RejoinObservation } from '../look.ts';
import { followTool } from './host-tool.ts';

type Context = ChangeContext<RejoinInput>;
const BACKUP_MS = 24 * 3_600_000;
const ASSUMED_BYTES_PER_SECOND = 100 * 1024 * 1024;

function backupArguments(input: RejoinInput): string[] {
  const conninfo = formatConninfo({
    ...tlsHost(input.newPrimary, input.tlsNames),
    port: input.newPrimary.location.port,
    user: input.replicationRole,
    passfile: passfilePath(input.keptIn),
    application_name: `${input.slotName}_backup`,
    ...tlsConninfo(input.tls, input.keptIn),
  });
  return [
    `--pgdata=${input.buildIn}`,
    `--dbname=${conninfo}`,
    '--no-password',
    '--checkpoint=fast',
    '--wal-method=stream',
    `--slot=${input.slotName}`,
  ];
}

/** A try that failed keeps its files; the next one is a job of its own. */
async function currentJob(c: Context): Promise<{ job: string; status: string }> {
  for (let n = 1; ; n += 1) {
    const job = `${c.input.pairId}-rebuild-${labelOf(c.input)}-${n}`;
    const { status } = await c.world.oldPrimary.runtime.toolState(job, 0, within(c));
    if (status !== 'failed' && status !== 'lost') return { job, status };
  }
}

/** The old directory is not touched before the new one is whole. */
export const baseBackupBeside: MutationStep<ChangeWorld, RejoinObservation, RejoinInput> = {
  kind: 'mutation',
  name: 'base-backup',
  group: 'comes-back',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way !== 'rebuild',
  explain: (c) =>
    text(
      `Copy ${bytesText(c.input.databaseBytes).en} from ${c.input.newPrimary.serverName} into ${c.input.buildIn}, beside the old directory.`,
      `${bytesText(c.input.databaseBytes).de} von ${c.input.newPrimary.serverName} nach ${c.input.buildIn} kopieren, neben das alte Verzeichnis.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: [
        `${c.input.oldPrimary.location.binDirectory}/pg_basebackup`,
        ...backupArguments(c.input).map((a) => (/[\s']/.test(a) ? `"${a}"` : a)),
      ].join(' '),
    },
  ],
  expectedMs: (c) => 3_000 + Math.round((c.input.databaseBytes / ASSUMED_BYTES_PER_SECOND) * 1_000),
  needs: [],
  isDone: async (c) => ((await currentJob(c)).status === 'succeeded' ? 'done' : 'not-done'),
  do: async (c) => {
    const { runtime, files } = c.world.oldPrimary;
    const { job, status } = await currentJob(c);
    if (status === 'absent') {
      // Only a failed try of ours can have filled it: the name is this run's own.
      await files.makeDirectory(c.input.buildIn, { ...c, mode: 0o700 });
      await files.emptyDirectory(c.input.buildIn, c);
      await runtime.startTool(job, 'pg_basebackup', backupArguments(c.input), within(c));
    }
    await followTool(c, 'pg_basebackup', job);
  },
  undo: {
    explain: () =>
      text('Stop the copy and remove what it wrote.', 'Die Kopie anhalten und das Geschriebene entfernen.'),
    isDone: async (c) => {
      if ((await currentJob(c)).status === 'running') return 'not-done';
      return (await c.world.oldPrimary.files.stat(c.input.buildIn, c)) === null ? 'done' : 'not-done';
    },
    do: async (c) => {
      const { runtime, files } = c.world.oldPrimary;
      const { job, status } = await currentJob(c);
      if (status === 'running') await runtime.cancelTool(job, within(c, 30_000));
      await files.emptyDirectory(c.input.buildIn, c);
      await files.removeEmptyDirectory(c.input.buildIn, c);
    },
  },
  timeouts: { doMs: BACKUP_MS, settleMs: 10_000 },
  retry: { ...RETRY.transientOnly, attempts: 20 },
};

/** Renames take an instant; a mount's contents are copied where the copy lies on another file system. */
const PUT_IN_PLACE_MS = 6 * 3_600_000;

/** Two renames; whatever is missing of them is done by the next look. */
export const putInPlace: MutationStep<ChangeWorld, RejoinObservation, RejoinInput> = {
  kind: 'mutation',
  name: 'put-in-place',
  group: 'comes-back',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way !== 'rebuild',
  explain: (c) =>
    text(
      `Move the old directory to ${c.input.asideTo}, where it stays, and the new one into its place.`,
      `Das alte Verzeichnis nach ${c.input.asideTo} verschieben, wo es bleibt, und das neue an seine Stelle.`,
    ),
  actions: (c) => [
    {
      type: 'move',
      server: c.input.oldPrimary.serverName,
      from: dataDirectoryOf(c.input),
      to: c.input.asideTo,
    },
    {
      type: 'move',
      server: c.input.oldPrimary.serverName,
      from: c.input.buildIn,
      to: dataDirectoryOf(c.input),
    },
  ],
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) => {
    const { files } = c.world.oldPrimary;
    const [aside, build, data] = await Promise.all(
      [c.input.asideTo, c.input.buildIn, dataDirectoryOf(c.input)].map((p) => files.stat(p, c)),
    );
    return aside != null && build == null && data != null ? 'done' : 'not-done';
  },
  do: async (c) => {
    const { files } = c.world.oldPrimary;
    if ((await files.stat(c.input.asideTo, c)) === null)
      await files.move(dataDirectoryOf(c.input), c.input.asideTo, c);
    await files.move(c.input.buildIn, dataDirectoryOf(c.input), c);
  },
  undo: {
    nothing: text('The old directory is kept beside it.', 'Das alte Verzeichnis bleibt daneben erhalten.'),
  },
  timeouts: { doMs: PUT_IN_PLACE_MS, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
