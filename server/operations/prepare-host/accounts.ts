import * as z from 'zod';
import { RETRY } from '#server/engine/define-operation.ts';
import { isAsWished, pathAndParents, type DirectoryState } from '#server/domain/host-wish.ts';
import { shellWord } from '#server/domain/shell-word.ts';
import { text } from '#server/domain/text.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { within } from '../pair-world.ts';
import { accountFits, directoriesFit, rootIsPossible } from './gates.ts';
import type { HostContext, HostStep } from './install.ts';
import type { PrepareHostInput } from './input.ts';

const TIMES = { doMs: 60_000, settleMs: 10_000 };
const nameOf = (input: PrepareHostInput): string => input.wish.account?.name ?? '';
const command = (input: PrepareHostInput, line: string) => ({
  type: 'command' as const,
  server: input.serverName,
  runAs: 'root',
  line,
});

export const addAccount: HostStep = {
  kind: 'mutation',
  name: 'add-account',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => !input.todo.account,
  explain: (c) =>
    text(
      `Make the account ${nameOf(c.input)}, without a password.`,
      `Das Konto ${nameOf(c.input)} anlegen, ohne Passwort.`,
    ),
  actions: (c) => {
    const name = shellWord(nameOf(c.input));
    const home = shellWord(`/home/${nameOf(c.input)}`);
    return [
      command(c.input, `useradd --no-create-home --home-dir ${home} --user-group --shell /bin/bash ${name}`),
    ];
  },
  expectedMs: () => 500,
  needs: [rootIsPossible, accountFits],
  isDone: async (c) =>
    (await c.world.setup.account(nameOf(c.input), within(c))) === null ? 'not-done' : 'done',
  do: (c) => c.world.setup.addAccount(nameOf(c.input), within(c)),
  undo: {
    explain: () => text('Remove the account; its files stay.', 'Das Konto entfernen; seine Dateien bleiben.'),
    isDone: async (c) =>
      (await c.world.setup.account(nameOf(c.input), within(c))) === null ? 'done' : 'not-done',
    do: (c) => c.world.setup.removeAccount(nameOf(c.input), within(c)),
  },
  timeouts: TIMES,
  retry: RETRY.transientOnly,
};

const isMember = async (c: HostContext): Promise<boolean> =>
  (await c.world.setup.account(nameOf(c.input), within(c)))?.groups.includes('docker') === true;

export const joinDockerGroup: HostStep = {
  kind: 'mutation',
  name: 'join-docker-group',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => !input.todo.dockerGroup,
  explain: (c) =>
    text(
      `Take ${nameOf(c.input)} into the group docker. Through Docker it can become root.`,
      `${nameOf(c.input)} in die Gruppe docker aufnehmen. Über Docker kann dieses Konto root werden.`,
    ),
  actions: (c) => [command(c.input, `usermod -aG docker ${shellWord(nameOf(c.input))}`)],
  expectedMs: () => 500,
  needs: [rootIsPossible],
  isDone: async (c) => ((await isMember(c)) ? 'done' : 'not-done'),
  do: (c) => c.world.setup.setMember(nameOf(c.input), 'docker', true, within(c)),
  undo: {
    explain: () => text('Take it out of the group.', 'Aus der Gruppe nehmen.'),
    isDone: async (c) => ((await isMember(c)) ? 'not-done' : 'done'),
    do: (c) => c.world.setup.setMember(nameOf(c.input), 'docker', false, within(c)),
  },
  timeouts: TIMES,
  retry: RETRY.transientOnly,
};

const zState = z.object({
  kind: z.enum(['directory', 'other']),
  owner: z.string(),
  group: z.string(),
  mode: z.string(),
  empty: z.boolean(),
});
const zBefore = z.array(z.tuple([z.string(), zState.nullable()]));

const allPaths = (input: PrepareHostInput): string[] => [
  ...new Set(input.wish.directories.flatMap((one) => pathAndParents(one.path))),
];

async function statesOf(c: HostContext): Promise<Map<string, DirectoryState | null>> {
  return c.world.setup.directories(allPaths(c.input), within(c));
}

const isBack = (now: DirectoryState | null, before: DirectoryState | null): boolean =>
  before === null
    ? now === null || !now.empty
    : now?.owner === before.owner && now.group === before.group && now.mode === before.mode;

export const makeDirectories: HostStep = {
  kind: 'mutation',
  name: 'make-directories',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => !input.todo.directories,
  explain: (c) => {
    const paths = c.input.wish.directories.map((one) => one.path).join(', ');
    return text(`Make the directories ${paths}.`, `Die Verzeichnisse ${paths} anlegen.`);
  },
  actions: (c) =>
    c.input.wish.directories.map(({ path, owner, mode }) =>
      command(
        c.input,
        `install -d -o ${shellWord(owner)} -g "$(id -gn ${shellWord(owner)})" -m ${mode} ${shellWord(path)}`,
      ),
    ),
  expectedMs: () => 500,
  needs: [rootIsPossible, directoriesFit],
  isDone: async (c) => {
    const now = await statesOf(c);
    const done = c.input.wish.directories.every((one) => isAsWished(now.get(one.path) ?? null, one));
    return done ? 'done' : 'not-done';
  },
  remember: async (c) => [...(await statesOf(c))] as unknown as Json,
  do: async (c) => {
    for (const wish of c.input.wish.directories) await c.world.setup.makeDirectory(wish, within(c));
  },
  undo: {
    explain: () =>
      text(
        'Remove what was made and is empty; give back owner and mode of what was there.',
        'Neues entfernen, soweit es leer ist; Vorhandenem Besitzer und Rechte zurückgeben.',
      ),
    isDone: async (c, remembered) => {
      const now = await statesOf(c);
      const back = zBefore.parse(remembered).every(([path, before]) => isBack(now.get(path) ?? null, before));
      return back ? 'done' : 'not-done';
    },
    do: async (c, remembered) => {
      // Innermost first: a parent is empty only when its children are gone.
      for (const [path, before] of zBefore.parse(remembered).toSorted(([a], [b]) => b.length - a.length)) {
        const now = (await c.world.setup.directories([path], within(c))).get(path) ?? null;
        if (isBack(now, before)) continue;
        if (before === null) await c.world.setup.removeDirectory(path, within(c));
        else await c.world.setup.makeDirectory({ path, ...before }, within(c));
      }
    },
  },
  timeouts: TIMES,
  retry: RETRY.transientOnly,
};
