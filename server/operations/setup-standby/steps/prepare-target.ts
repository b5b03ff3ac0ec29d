import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { Json } from '#server/ports/operation-store.ts';
import type { SetupObservation } from '../observation.ts';
import type { SetupInput } from '../input.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';

const target = (input: SetupInput): string => input.standby.location.dataDirectory;
const aside = (input: SetupInput): string => input.moveAsideTo ?? '';

/** What lies in the target directory is kept, under another name. */
export const moveAside: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'move-aside',
  group: 'erases',
  server: (c) => c.input.standby.serverName,
  skip: (input) => input.moveAsideTo === null,
  explain: (c) =>
    text(
      `Move ${target(c.input)} aside to ${aside(c.input)}; nothing in it is deleted.`,
      `${target(c.input)} nach ${aside(c.input)} verschieben; darin wird nichts gelöscht.`,
    ),
  actions: (c) => [
    { type: 'move', server: c.input.standby.serverName, from: target(c.input), to: aside(c.input) },
  ],
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) => ((await c.world.standby.files.stat(aside(c.input), c)) === null ? 'not-done' : 'done'),
  do: async (c) => {
    const state = await c.world.standby.runtime.stopState(within(c));
    if (state === 'running' || state === 'writes-ended') {
      throw new AppError('WORLD_CHANGED', {
        message: `a PostgreSQL server runs in ${target(c.input)} on ${c.input.standby.serverName}`,
        hint: 'Stop it if it is not needed, or choose another directory.',
      });
    }
    await c.world.standby.files.move(target(c.input), aside(c.input), c);
  },
  undo: {
    explain: (c) => text(`Move ${aside(c.input)} back.`, `${aside(c.input)} zurückverschieben.`),
    isDone: async (c) =>
      (await c.world.standby.files.stat(aside(c.input), c)) === null ? 'done' : 'not-done',
    do: (c) => c.world.standby.files.move(aside(c.input), target(c.input), c),
  },
  timeouts: { doMs: 30_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

/** Parents that did not exist either, the deepest first; made with the directory. */
const zRemembered = z.object({ missingParents: z.array(z.string()).default([]) });

async function missingParents(c: SetupContext): Promise<string[]> {
  const missing: string[] = [];
  for (let path = parentOf(target(c.input)); path !== '/'; path = parentOf(path)) {
    if ((await c.world.standby.files.stat(path, c)) !== null) break;
    missing.push(path);
  }
  return missing;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** A parent in which somebody put something since stays. */
async function emptyParents(c: SetupContext, remembered: Json): Promise<string[]> {
  const empty: string[] = [];
  for (const path of zRemembered.parse(remembered).missingParents) {
    const entries = await c.world.standby.files.list(path, c);
    if (entries === null) continue;
    const below = empty.at(-1);
    if (entries.some((e) => `${path}/${e.path}` !== below)) break;
    empty.push(path);
  }
  return empty;
}

/** The new data directory, 0700. An empty one that is there already is used as it is. */
export const makeTarget: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'make-directory',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: (c) =>
    text(
      `Make the data directory ${target(c.input)} (0700).`,
      `Das Datenverzeichnis ${target(c.input)} anlegen (0700).`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.standby.serverName,
      runAs: c.input.standby.location.osOwner,
      line: `mkdir -p -m 0700 ${target(c.input)}`,
    },
  ],
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) =>
    (await c.world.standby.files.stat(target(c.input), c)) === null ? 'not-done' : 'done',
  remember: async (c) => ({ missingParents: await missingParents(c) }),
  do: (c) => c.world.standby.files.makeDirectory(target(c.input), { ...c, mode: 0o700 }),
  undo: {
    explain: () =>
      text('Remove the directory again; it is empty then.', 'Das dann leere Verzeichnis wieder entfernen.'),
    isDone: async (c, remembered) => {
      if ((await c.world.standby.files.stat(target(c.input), c)) !== null) return 'not-done';
      return (await emptyParents(c, remembered)).length === 0 ? 'done' : 'not-done';
    },
    do: async (c, remembered) => {
      const { files } = c.world.standby;
      await files.removeEmptyDirectory(target(c.input), c);
      for (const path of await emptyParents(c, remembered)) await files.removeEmptyDirectory(path, c);
    },
  },
  timeouts: { doMs: 20_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
