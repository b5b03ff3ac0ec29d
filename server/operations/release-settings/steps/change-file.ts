import { posix } from 'node:path';
import * as z from 'zod';
import { readableWord } from '#server/domain/shell-word.ts';
import { text } from '#server/domain/text.ts';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type DoneAnswer, type MutationStep } from '#server/engine/define-operation.ts';
import { within } from '../../pair-world.ts';
import { chosenNames, type ReleaseInput } from '../input.ts';
import type { ReleaseObservation, ReleaseWorld } from '../observation.ts';
import {
  COMPOSE_MS,
  makeFromFile,
  startAgain,
  whichContainer,
  type ReleaseContext,
} from './remake-container.ts';

type Step = MutationStep<ReleaseWorld, ReleaseObservation, ReleaseInput>;
const on: Step['server'] = (c) => c.input.node.serverName;
const zKept = z.object({ existed: z.boolean() });

const keptHash = (c: ReleaseContext): Promise<string | null> =>
  c.world.compose.fileHash(c.input.file.keptAs, c.input.imageId, within(c));
const fileHash = (c: ReleaseContext): Promise<string | null> =>
  c.world.compose.fileHash(c.input.place.file, c.input.imageId, within(c));

/** Beside the file, with its owner and mode: it holds what the file holds. */
export const keepFile: Step = {
  kind: 'mutation',
  name: 'keep-compose-file',
  group: 'prepares',
  server: on,
  explain: (c) =>
    text(
      `Keep the Compose file as it is: ${c.input.file.keptAs}`,
      `Die Compose-Datei aufheben, wie sie ist: ${c.input.file.keptAs}`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.node.serverName,
      runAs: 'root',
      line: `cp -p ${readableWord(c.input.place.file)} ${readableWord(c.input.file.keptAs)}`,
    },
  ],
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) => ((await keptHash(c)) === c.input.file.before ? 'done' : 'not-done'),
  remember: async (c) => ({ existed: (await keptHash(c)) !== null }),
  do: async (c) => {
    const { compose } = c.world;
    if ((await fileHash(c)) !== c.input.file.before) {
      throw new AppError('GATE_FAILED', {
        message: `${c.input.place.file} is not the file that was shown`,
        hint: 'Somebody changed it meanwhile. Look at the plan again.',
      });
    }
    await compose.keepFile(c.input.place.file, c.input.file.keptAs, c.input.imageId, within(c, COMPOSE_MS));
  },
  undo: {
    explain: () => text('Remove the copy.', 'Die Kopie entfernen.'),
    // The only copy of the old file stays, where the file is another one by now.
    isDone: async (c, remembered) => {
      if (zKept.parse(remembered).existed || (await keptHash(c)) === null) return 'done';
      return (await fileHash(c)) === c.input.file.before ? 'not-done' : 'done';
    },
    do: (c) => c.world.compose.removeFile(c.input.file.keptAs, c.input.imageId, within(c, COMPOSE_MS)),
  },
  timeouts: { doMs: COMPOSE_MS, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

/**
 * The file first, then the container: what Compose makes is what the file says. Undoing it also makes the old
 * container anew, where that is gone, because only the old file gives it back.
 */
export const changeFile: Step = {
  kind: 'mutation',
  name: 'change-compose-file',
  group: 'prepares',
  server: on,
  explain: (c) =>
    text(
      `Take ${chosenNames(c.input).join(', ')} off the command in ${posix.basename(c.input.place.file)}. Nothing restarts yet.`,
      `${chosenNames(c.input).join(', ')} aus dem Aufruf in ${posix.basename(c.input.place.file)} nehmen. Noch startet nichts neu.`,
    ),
  actions: (c) => [
    {
      type: 'file',
      server: c.input.node.serverName,
      path: c.input.place.file,
      before: c.input.file.shown.before,
      after: c.input.file.shown.after,
      mode: c.input.file.mode,
      excerpt: true,
    },
  ],
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) => ((await fileHash(c)) === c.input.file.after ? 'done' : 'not-done'),
  remember: () => Promise.resolve({}),
  do: async (c) => {
    const { place, imageId, file } = c.input;
    await c.world.compose.takeOff(place, chosenNames(c.input), file.before, imageId, within(c, COMPOSE_MS));
  },
  undo: {
    explain: (c) =>
      text(
        `Put the old file back. Where the old container is gone, make it from that file, and start ${c.input.node.serverName}.`,
        `Die alte Datei zurücklegen. Wo der alte Container weg ist, ihn aus ihr neu anlegen und ${c.input.node.serverName} starten.`,
      ),
    isDone: isAsBefore,
    do: async (c) => {
      const { place, imageId, file } = c.input;
      if ((await fileHash(c)) !== file.before)
        await c.world.compose.putBack(place, file.keptAs, file.after, imageId, within(c, COMPOSE_MS));
      if ((await whichContainer(c)) === 'none') await makeFromFile(c, 'before');
      if (!(await c.world.node.runtime.isAcceptingConnections(within(c)))) await startAgain(c);
    },
  },
  timeouts: { doMs: 3 * COMPOSE_MS, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

/** A file that somebody changed meanwhile is theirs, as long as the container was not touched. */
async function isAsBefore(c: ReleaseContext): Promise<DoneAnswer> {
  if ((await fileHash(c)) === c.input.file.after) return 'not-done';
  if ((await whichContainer(c)) !== 'before') return 'not-done';
  return (await c.world.node.runtime.isAcceptingConnections(within(c))) ? 'done' : 'not-done';
}
