import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';
import type { SetupInput } from '../input.ts';
import type { SetupObservation } from '../observation.ts';

const zRemembered = z.object({
  files: z.array(z.object({ path: z.string(), content: z.string(), mode: z.number() })),
});

async function ofPrimary(c: SetupContext, path: string): Promise<Buffer> {
  const content = await c.world.primary.files.read(path, c);
  if (content === null)
    throw new AppError('WORLD_CHANGED', { message: `${path} of ${c.input.primary.serverName} is gone` });
  return content;
}

/** The standby's container reads its own copies of files that the primary's has mounted: they get the same text. */
export const bringMountedFiles: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'bring-mounted-files',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  skip: (input) => input.mountedFiles.length === 0,
  explain: (c) =>
    text(
      `Give the container of ${c.input.standby.serverName} the configuration that ${c.input.primary.serverName} has outside its data directory.`,
      `Dem Container von ${c.input.standby.serverName} die Konfiguration geben, die ${c.input.primary.serverName} außerhalb seines Datenverzeichnisses hat.`,
    ),
  actions: (c) =>
    c.input.mountedFiles.map((path) => ({
      type: 'command',
      server: c.input.standby.serverName,
      runAs: 'root',
      line: `docker cp ${c.input.primary.location.name ?? ''}:${path} - | docker cp - ${c.input.standby.location.name ?? ''}:${path.slice(0, path.lastIndexOf('/'))}`,
    })),
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) => {
    for (const path of c.input.mountedFiles) {
      const there = await c.world.standby.files.read(path, c);
      if (there?.equals(await ofPrimary(c, path)) !== true) return 'not-done';
    }
    return 'done';
  },
  remember: async (c) => {
    const files = [];
    for (const path of c.input.mountedFiles) {
      const [content, stat] = [
        await c.world.standby.files.read(path, c),
        await c.world.standby.files.stat(path, c),
      ];
      if (content === null || stat === null)
        throw new AppError('WORLD_CHANGED', {
          message: `${path} is not mounted on ${c.input.standby.serverName} any more`,
        });
      files.push({ path, content: content.toString('base64'), mode: stat.mode & 0o777 });
    }
    return { files };
  },
  do: async (c) => {
    for (const path of c.input.mountedFiles)
      await c.world.standby.files.write(path, await ofPrimary(c, path), { ...c, mode: 0o644 });
  },
  undo: {
    explain: () => text('Put the texts back that were there.', 'Die vorherigen Texte zurückschreiben.'),
    isDone: async (c, remembered) => {
      for (const { path, content } of zRemembered.parse(remembered).files)
        if ((await c.world.standby.files.read(path, c))?.toString('base64') !== content) return 'not-done';
      return 'done';
    },
    do: async (c, remembered) => {
      for (const { path, content, mode } of zRemembered.parse(remembered).files)
        await c.world.standby.files.write(path, Buffer.from(content, 'base64'), { ...c, mode });
    },
  },
  timeouts: { doMs: 60_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
