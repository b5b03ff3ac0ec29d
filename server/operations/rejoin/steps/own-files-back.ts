import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readAutoConf, withAutoConf } from '#server/domain/auto-conf.ts';
import { MAIN_FILES, OWN_FILES } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import { autoConfPath, followSettings, signalPath } from '../../change/input.ts';
import { isSigned } from '../../change/steps/is-signed.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { dataDirectoryOf, type RejoinInput } from '../input.ts';
import type { RejoinObservation } from '../look.ts';

type Context = ChangeContext<RejoinInput>;

/** Promoted in an emergency, it must not wait for a node that is gone. */
const wantedSettings = (input: RejoinInput): Map<string, string | null> =>
  new Map([...followSettings(input, 'oldPrimary'), ['synchronous_standby_names', null]]);

async function kept(c: Context, name: string): Promise<Buffer | null> {
  return c.world.oldPrimary.files.read(`${c.input.keptIn}/${name}`, c);
}

/**
 * What a node of another kind has among its data, and this one elsewhere: the copy is not this node's, and
 * nothing reads it. It would only lead people astray.
 */
async function foreign(c: Context): Promise<string[]> {
  if (c.input.oldPrimary.location.configDirectory === null) return [];
  const found: string[] = [];
  for (const name of MAIN_FILES) {
    const path = `${dataDirectoryOf(c.input)}/${name}`;
    if ((await kept(c, name)) === null && (await c.world.oldPrimary.files.stat(path, c)) !== null)
      found.push(path);
  }
  return found;
}

async function ownFilesLie(c: Context): Promise<boolean> {
  for (const name of OWN_FILES) {
    if (name === 'postgresql.auto.conf') continue;
    const mine = await kept(c, name);
    const now = await c.world.oldPrimary.files.read(`${dataDirectoryOf(c.input)}/${name}`, c);
    if (mine !== null && now?.equals(mine) !== true) return false;
  }
  return (await foreign(c)).length === 0;
}

async function autoConf(c: Context): Promise<Buffer> {
  const before = (await kept(c, 'postgresql.auto.conf'))?.toString('latin1') ?? '';
  return Buffer.from(withAutoConf(before, wantedSettings(c.input)), 'latin1');
}

/**
 * Right after a rewind or a backup the directory says "primary" and has the other node's files: before
 * anything may start it, the signal comes first, then its own files.
 */
export const ownFilesBack: MutationStep<ChangeWorld, RejoinObservation, RejoinInput> = {
  kind: 'mutation',
  name: 'own-files-back',
  group: 'comes-back',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way === 'start',
  explain: (c) =>
    text(
      `Make it a standby of ${c.input.newPrimary.serverName} and put its own configuration back.`,
      `Zum Standby-Server von ${c.input.newPrimary.serverName} machen und die eigene Konfiguration zurücklegen.`,
    ),
  actions: (c) => [
    {
      type: 'file',
      server: c.input.oldPrimary.serverName,
      path: signalPath(c.input, 'oldPrimary'),
      before: null,
      after: '',
      mode: '0600',
    },
    ...OWN_FILES.filter((f) => f !== 'postgresql.auto.conf').map((f) => ({
      type: 'command' as const,
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: `cp -p ${c.input.keptIn}/${f} ${dataDirectoryOf(c.input)}/${f}`,
    })),
  ],
  expectedMs: () => 300,
  needs: [],
  isDone: async (c) => {
    if (!(await isSigned(c, 'oldPrimary'))) return 'not-done';
    const { files } = c.world.oldPrimary;
    const now = readAutoConf(
      (await files.read(autoConfPath(c.input, 'oldPrimary'), c))?.toString('latin1') ?? '',
    );
    for (const [k, v] of wantedSettings(c.input)) if ((now.get(k) ?? null) !== v) return 'not-done';
    return (await ownFilesLie(c)) ? 'done' : 'not-done';
  },
  do: async (c) => {
    const { files } = c.world.oldPrimary;
    await files.write(signalPath(c.input, 'oldPrimary'), Buffer.alloc(0), { ...c, mode: 0o600 });
    await files.write(autoConfPath(c.input, 'oldPrimary'), await autoConf(c), { ...c, mode: 0o600 });
    for (const name of OWN_FILES) {
      if (name === 'postgresql.auto.conf') continue;
      if ((await kept(c, name)) !== null)
        await files.copy(`${c.input.keptIn}/${name}`, `${dataDirectoryOf(c.input)}/${name}`, c);
    }
    for (const path of await foreign(c)) await files.removeFile(path, c);
  },
  undo: { nothing: text('They are its own.', 'Es sind seine eigenen.') },
  timeouts: { doMs: 60_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
