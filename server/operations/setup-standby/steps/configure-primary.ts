import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { text } from '#server/domain/text.ts';
import type { SetupObservation } from '../observation.ts';
import { needsRestart, type SetupInput } from '../input.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';
import { readAutoConfBytes, restoreAutoConf } from './auto-conf-bytes.ts';

const count = ({ settings }: SetupInput, one: string, many: string): string =>
  `${settings.length} ${settings.length === 1 ? one : many}`;

const zRemembered = z.object({ autoConf: z.string() });

const autoConfPath = (c: SetupContext): string =>
  `${c.world.primary.runtime.location.dataDirectory}/postgresql.auto.conf`;

async function readAuto(c: SetupContext): Promise<Buffer> {
  return (await c.world.primary.files.read(autoConfPath(c), c)) ?? Buffer.alloc(0);
}

const ours = (input: SetupInput): Map<string, string> => new Map(input.settings.map((s) => [s.name, s.to]));
const rememberedConf = (remembered: unknown): Buffer =>
  Buffer.from(zRemembered.parse(remembered).autoConf, 'base64');

/** ALTER SYSTEM for what differs; undo takes back only that, and puts the old values into force. */
export const configurePrimary: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'configure-primary',
  group: 'changes-primary',
  server: (c) => c.input.primary.serverName,
  skip: (input) => input.settings.length === 0,
  explain: (c) =>
    text(
      `Change ${count(c.input, 'setting', 'settings')} of the primary (ALTER SYSTEM).`,
      `${count(c.input, 'Einstellung', 'Einstellungen')} des Primärservers ändern (ALTER SYSTEM).`,
    ),
  actions: (c) =>
    c.input.settings.map((s) => ({
      type: 'sql' as const,
      server: c.input.primary.serverName,
      statement: `ALTER SYSTEM SET ${s.name} = '${s.to.replaceAll("'", "''")}'; -- was ${s.from}${s.restart ? ', needs a restart' : ''}`,
    })),
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) => {
    const settings = readAutoConfBytes(await readAuto(c));
    return c.input.settings.every((s) => settings.get(s.name) === s.to) ? 'done' : 'not-done';
  },
  remember: async (c) => ({ autoConf: (await readAuto(c)).toString('base64') }),
  do: async (c) => {
    await c.world.primary.admin.alterSystem(new Map(c.input.settings.map((s) => [s.name, s.to])), within(c));
    await c.world.primary.admin.reloadConf(within(c));
  },
  undo: {
    explain: (c) =>
      needsRestart(c.input)
        ? text(
            'Take our settings back out of postgresql.auto.conf and restart if one needs it.',
            'Unsere Einstellungen aus postgresql.auto.conf zurücknehmen; Neustart, falls eine ihn braucht.',
          )
        : text(
            'Take our settings back out of postgresql.auto.conf and reload.',
            'Unsere Einstellungen aus postgresql.auto.conf zurücknehmen und neu laden.',
          ),
    isDone: async (c, remembered) => {
      const present = await readAuto(c);
      const before = rememberedConf(remembered);
      if (!restoreAutoConf(present, before, ours(c.input)).equals(present)) return 'not-done';
      return (await runsAsBefore(c, before)) ? 'done' : 'not-done';
    },
    do: async (c, remembered) => {
      const before = rememberedConf(remembered);
      const { files, admin, runtime } = c.world.primary;
      // Read right before it is written: what somebody else set meanwhile stays.
      const undone = restoreAutoConf(await readAuto(c), before, ours(c.input));
      await files.write(autoConfPath(c), undone, { ...c, mode: 0o600 });
      // It is down when it did not come up with the new settings, or when its restart was cut short.
      if (await runtime.isAcceptingConnections(within(c))) {
        await admin.reloadConf(within(c));
        if (await runsAsBefore(c, before)) return;
      }
      await runtime.stop({ ...within(c, 60_000), mode: 'fast' });
      await runtime.start(within(c, 60_000));
    },
  },
  timeouts: { doMs: 150_000, settleMs: 30_000 },
  retry: RETRY.transientOnly,
};

/** False also while the server is down: then undo is not over. */
async function runsAsBefore(c: SetupContext, before: Buffer): Promise<boolean> {
  const { admin, runtime } = c.world.primary;
  if (!(await runtime.isAcceptingConnections(within(c)))) return false;
  const [present, remembered] = [readAutoConfBytes(await readAuto(c)), readAutoConfBytes(before)];
  // One that somebody else has set meanwhile is theirs, with the restart that it may need.
  const settings = c.input.settings.filter((s) => present.get(s.name) === remembered.get(s.name));
  const rows = await admin.settings(
    settings.map((s) => s.name),
    within(c),
  );
  if ([...rows.values()].some((r) => r.pendingRestart)) return false;
  return settings.every((s) => !s.restart || rows.get(s.name)?.setting === s.from);
}

/** Only when a setting needs it; announced before with the outage it means. */
export const restartPrimary: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'restart-primary',
  group: 'restart-primary',
  server: (c) => c.input.primary.serverName,
  skip: (input) => !needsRestart(input),
  explain: (c) =>
    text(
      `Restart PostgreSQL on ${c.input.primary.serverName}; clients are disconnected for a few seconds.`,
      `PostgreSQL auf ${c.input.primary.serverName} neu starten; Clients sind einige Sekunden getrennt.`,
    ),
  actions: (c) => [controlAction(c.input.primary.serverName, c.input.primary.location, 'restart')],
  expectedMs: () => 4_000,
  needs: [],
  isDone: async (c) => {
    const { admin, runtime } = c.world.primary;
    if (!(await runtime.isAcceptingConnections(within(c)))) return 'not-done';
    const wanted = c.input.settings.filter((s) => s.restart);
    const rows = await admin.settings(
      wanted.map((s) => s.name),
      within(c),
    );
    return wanted.every(
      (s) => rows.get(s.name)?.pendingRestart === false && rows.get(s.name)?.setting === s.to,
    )
      ? 'done'
      : 'not-done';
  },
  do: async (c) => {
    const { runtime } = c.world.primary;
    if ((await runtime.stopState(within(c))) === 'running')
      await runtime.stop({ ...within(c, 60_000), mode: 'fast' });
    await runtime.start(within(c, 60_000));
  },
  fact: () => text('the new settings are in force', 'die neuen Einstellungen gelten'),
  undo: {
    nothing: text(
      'The undo of the settings restarts again.',
      'Das Rückgängigmachen der Einstellungen startet erneut.',
    ),
  },
  timeouts: { doMs: 150_000, settleMs: 60_000 },
  retry: RETRY.transientOnly,
};
