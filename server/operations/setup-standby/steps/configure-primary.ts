import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readAutoConf } from '#server/domain/auto-conf.ts';
import { text } from '#server/domain/text.ts';
import type { SetupObservation } from '../observation.ts';
import { needsRestart, type SetupInput } from '../input.ts';
import { within, type PairWorld, type SetupContext } from '../world.ts';

const count = ({ settings }: SetupInput, one: string, many: string): string =>
  `${settings.length} ${settings.length === 1 ? one : many}`;

const zRemembered = z.object({ autoConf: z.string() });

const autoConfPath = (c: SetupContext): string =>
  `${c.world.primary.runtime.location.dataDirectory}/postgresql.auto.conf`;

async function readAuto(c: SetupContext): Promise<Buffer> {
  return (await c.world.primary.files.read(autoConfPath(c), c)) ?? Buffer.alloc(0);
}

/** ALTER SYSTEM for what differs; undo puts the file's bytes back and the old values into force. */
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
    const settings = readAutoConf((await readAuto(c)).toString('utf8'));
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
            'Put postgresql.auto.conf back byte for byte and restart if a setting needs it.',
            'postgresql.auto.conf Byte für Byte zurücksetzen; Neustart, falls eine Einstellung ihn braucht.',
          )
        : text(
            'Put postgresql.auto.conf back byte for byte and reload.',
            'postgresql.auto.conf Byte für Byte zurücksetzen und neu laden.',
          ),
    isDone: async (c, remembered) => {
      const { autoConf } = zRemembered.parse(remembered);
      if ((await readAuto(c)).toString('base64') !== autoConf) return 'not-done';
      return (await runsAsBefore(c)) ? 'done' : 'not-done';
    },
    do: async (c, remembered) => {
      const { autoConf } = zRemembered.parse(remembered);
      const { files, admin, runtime } = c.world.primary;
      await files.write(autoConfPath(c), Buffer.from(autoConf, 'base64'), { ...c, mode: 0o600 });
      // It is down when it did not come up with the new settings, or when its restart was cut short.
      if (await runtime.isAcceptingConnections(within(c))) {
        await admin.reloadConf(within(c));
        if (await runsAsBefore(c)) return;
      }
      await runtime.stop({ ...within(c, 60_000), mode: 'fast' });
      await runtime.start(within(c, 60_000));
    },
  },
  timeouts: { doMs: 150_000, settleMs: 30_000 },
  retry: RETRY.transientOnly,
};

/** False also while the server is down: then undo is not over. */
async function runsAsBefore(c: SetupContext): Promise<boolean> {
  const { admin, runtime } = c.world.primary;
  if (!(await runtime.isAcceptingConnections(within(c)))) return false;
  const names = c.input.settings.map((s) => s.name);
  const rows = await admin.settings(names, within(c));
  if ([...rows.values()].some((r) => r.pendingRestart)) return false;
  return c.input.settings.every((s) => !s.restart || rows.get(s.name)?.setting === s.from);
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
  actions: (c) => [
    {
      type: 'command',
      server: c.input.primary.serverName,
      runAs: c.input.primary.location.osOwner,
      line: `pg_ctl restart -D ${c.input.primary.location.dataDirectory} -m fast -w`,
    },
  ],
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
