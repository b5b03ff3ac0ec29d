import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { withAutoConf } from '#server/domain/auto-conf.ts';
import { parseConninfo } from '#server/domain/conninfo.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import type { SetupObservation } from '../observation.ts';
import { standbyConninfo, type SetupInput } from '../input.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';
import { readAutoConfBytes, withAutoConfBytes } from './auto-conf-bytes.ts';

const autoConfPath = (input: SetupInput): string =>
  `${input.standby.location.dataDirectory}/postgresql.auto.conf`;
const signalPath = (input: SetupInput): string => `${input.standby.location.dataDirectory}/standby.signal`;

function wantedSettings(input: SetupInput): Map<string, string> {
  return new Map([
    ...input.standbySettings.map((s): [string, string] => [s.name, s.value]),
    ['primary_conninfo', standbyConninfo(input)],
    ['primary_slot_name', input.slotName],
  ]);
}

/** Written by us, not by pg_basebackup -R, which would write a clear password (facts 10). */
export const writeStandbySettings: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'write-standby-settings',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: (c) =>
    text(
      `Make it a standby of ${c.input.primary.serverName}: standby.signal and primary_conninfo.`,
      `Zum Standby-Server von ${c.input.primary.serverName} machen: standby.signal und primary_conninfo.`,
    ),
  actions: (c) => [
    {
      type: 'file',
      server: c.input.standby.serverName,
      path: signalPath(c.input),
      before: null,
      after: '',
      mode: '0600',
    },
    {
      type: 'file',
      server: c.input.standby.serverName,
      path: autoConfPath(c.input),
      before: null,
      after: withAutoConf('# as copied from the primary, then:\n', wantedSettings(c.input)),
      mode: '0600',
    },
  ],
  expectedMs: () => 300,
  needs: [],
  isDone: async (c) => {
    const { files } = c.world.standby;
    const signal = await files.stat(signalPath(c.input), c);
    const conf = await files.read(autoConfPath(c.input), c);
    if (signal === null || conf === null) return 'not-done';
    const settings = readAutoConfBytes(conf);
    return [...wantedSettings(c.input)].every(([k, v]) => settings.get(k) === v) ? 'done' : 'not-done';
  },
  do: async (c) => {
    const { files } = c.world.standby;
    // The signal first: whatever starts this directory from here on starts it read-only.
    await files.write(signalPath(c.input), Buffer.alloc(0), { ...c, mode: 0o600 });
    const conf = (await files.read(autoConfPath(c.input), c)) ?? Buffer.alloc(0);
    const written = withAutoConfBytes(conf, wantedSettings(c.input));
    await files.write(autoConfPath(c.input), written, { ...c, mode: 0o600 });
  },
  undo: {
    nothing: text(
      'The files go with the new data directory.',
      'Die Dateien verschwinden mit dem neuen Datenverzeichnis.',
    ),
  },
  timeouts: { doMs: 30_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

/** Read from disk at that instant: without them a start would give a second writable server. */
async function requireStandbyFiles(c: SetupContext): Promise<void> {
  const { files } = c.world.standby;
  const conf = (await files.read(autoConfPath(c.input), c)) ?? Buffer.alloc(0);
  const host = parseConninfo(readAutoConfBytes(conf).get('primary_conninfo') ?? '')?.get('host');
  if ((await files.stat(signalPath(c.input), c)) !== null && host === c.input.primary.address) return;
  throw new AppError('TWO_PRIMARIES', {
    message: `${c.input.standby.serverName} would start as a second primary: standby.signal or primary_conninfo is missing`,
    hint: 'Do not start it by hand. Undo, or retry the step before.',
  });
}

export const startStandby: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'start-standby',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: (c) =>
    text(
      `Start PostgreSQL on ${c.input.standby.serverName}, read-only.`,
      `PostgreSQL auf ${c.input.standby.serverName} starten, nur lesend.`,
    ),
  actions: (c) => [controlAction(c.input.standby.serverName, c.input.standby.location, 'start')],
  expectedMs: () => 2_000,
  needs: [],
  isDone: async (c) => {
    const { runtime, admin } = c.world.standby;
    if (!(await runtime.isAcceptingConnections(within(c)))) return 'not-done';
    const status = await admin.status(within(c));
    if (status.inRecovery && status.systemIdentifier === c.input.systemIdentifier) return 'done';
    return { conflict: notOurStandby(c.input.standby.serverName, status.inRecovery) };
  },
  do: async (c) => {
    await requireStandbyFiles(c);
    await c.world.standby.runtime.start(within(c, 120_000));
  },
  undo: {
    explain: (c) =>
      text(
        `Stop PostgreSQL on ${c.input.standby.serverName}.`,
        `PostgreSQL auf ${c.input.standby.serverName} anhalten.`,
      ),
    isDone: async (c) => {
      const state = await c.world.standby.runtime.stopState(within(c));
      return state === 'running' || state === 'writes-ended' ? 'not-done' : 'done';
    },
    do: (c) => c.world.standby.runtime.stop({ ...within(c, 60_000), mode: 'fast' }),
  },
  timeouts: { doMs: 150_000, settleMs: 60_000 },
  retry: RETRY.transientOnly,
};

function notOurStandby(server: string, inRecovery: boolean): ReturnType<AppError['toProblem']> {
  return new AppError(inRecovery ? 'SYSTEM_ID_MISMATCH' : 'TWO_PRIMARIES', {
    message: inRecovery
      ? `another database system than the primary's runs on ${server}`
      : `PostgreSQL on ${server} runs writable, not as a standby`,
    hint: 'Stop it by hand after looking at it, then retry or undo.',
  }).toProblem();
}

/** The backup's own password file is not needed any more; the copied one in the data directory stays. */
export const removeBackupPassfile: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'remove-backup-passfile',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: () =>
    text('Remove the password file of the backup.', 'Die Passwortdatei der Sicherung entfernen.'),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.standby.serverName,
      runAs: c.input.standby.location.osOwner,
      line: `rm ${c.input.standby.location.dataDirectory}.tandem-pgpass`,
    },
  ],
  expectedMs: () => 100,
  needs: [],
  isDone: async (c) => {
    const { files } = c.world.standby;
    const inside = await files.stat(passfilePath(c.input.standby.location.dataDirectory), c);
    if (inside === null)
      throw new AppError('WORLD_CHANGED', { message: 'the base backup did not bring the password file' });
    const beside = await files.stat(`${c.input.standby.location.dataDirectory}.tandem-pgpass`, c);
    return beside === null ? 'done' : 'not-done';
  },
  do: (c) => c.world.standby.files.removeFile(`${c.input.standby.location.dataDirectory}.tandem-pgpass`, c),
  undo: {
    nothing: text('It is of no use without the backup.', 'Ohne die Sicherung wird sie nicht gebraucht.'),
  },
  timeouts: { doMs: 15_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
