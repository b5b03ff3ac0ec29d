import * as z from 'zod';
import { createArguments } from '#server/domain/container-recipe.ts';
import { readableWord } from '#server/domain/shell-word.ts';
import { text } from '#server/domain/text.ts';
import {
  defineOperation,
  RETRY,
  type MutationStep,
  type StepContext,
} from '#server/engine/define-operation.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostFile } from '#server/ports/container-host.ts';
import { within } from '../pair-world.ts';
import { MAKE_CONTAINER_GATES } from './gates.ts';
import { volumesOf, zMakeContainerInput, type MakeContainerInput } from './input.ts';
import { observeContainers, type MakeContainerObservation, type MakeContainerWorld } from './observation.ts';

type Step = MutationStep<MakeContainerWorld, MakeContainerObservation, MakeContainerInput>;
type Context = StepContext<MakeContainerWorld, MakeContainerInput>;

const on = (c: { input: MakeContainerInput }): string => c.input.to.serverName;
const IMAGE_MS = 2 * 3_600_000;
const ENGINE_MS = 120_000;
const zBrought = z.object({ missing: z.array(z.string()) });

const bringImage: Step = {
  kind: 'mutation',
  name: 'bring-image',
  group: 'changes-standby',
  server: on,
  skip: (input) => !input.bringImage,
  explain: (c) =>
    text(
      `Copy the image ${c.input.recipe.image} from ${c.input.from.serverName}, through Tandem: no registry is needed.`,
      `Das Image ${c.input.recipe.image} von ${c.input.from.serverName} kopieren, über Tandem: Eine Registry ist nicht nötig.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: on(c),
      runAs: 'root',
      line: `ssh ${c.input.from.serverName} docker save ${c.input.recipe.image} | docker load`,
    },
  ],
  expectedMs: () => 60_000,
  needs: [],
  isDone: async (c) =>
    (await c.world.to.imageId(c.input.recipe.image, within(c))) === c.input.recipe.imageId
      ? 'done'
      : 'not-done',
  do: (c) => {
    const onBytes = (doneBytes: number): void =>
      c.progress({ doneBytes, totalBytes: null, bytesPerSecond: null, etaMs: null, phase: 'copying' });
    return c.world.to.receive(c.input.recipe.image, c.world.from, { ...within(c, IMAGE_MS), onBytes });
  },
  undo: {
    explain: (c) =>
      text(`Remove the image ${c.input.recipe.image}.`, `Das Image ${c.input.recipe.image} entfernen.`),
    isDone: async (c) =>
      (await c.world.to.imageId(c.input.recipe.image, within(c))) === null ? 'done' : 'not-done',
    do: (c) => c.world.to.removeImage(c.input.recipe.image, within(c, ENGINE_MS)),
  },
  timeouts: { doMs: IMAGE_MS, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

/** Configuration that lies outside the data directory: a base backup does not carry it. */
async function filesToBring(c: Context): Promise<Map<string, HostFile>> {
  const { recipe, files } = c.input;
  const found = new Map<string, HostFile>();
  for (const path of files) {
    const isDirectory = recipe.mounts.some((m) => m.kind === 'directory' && m.source === path);
    if (isDirectory) {
      const below = await c.world.from.readFiles(path, recipe.imageId, within(c));
      for (const [each, file] of below) found.set(each, file);
      continue;
    }
    const file = await c.world.from.readFile(path, recipe.imageId, within(c));
    if (file === null)
      throw new AppError('WORLD_CHANGED', { message: `${path} on ${c.input.from.serverName} is gone` });
    found.set(path, file);
  }
  const { compose } = recipe;
  if (compose !== null)
    found.set(compose.file, { content: Buffer.from(compose.content), mode: 0o644, uid: 0, gid: 0 });
  return found;
}

async function missingFiles(c: Context, paths: Iterable<string>): Promise<string[]> {
  const missing = [];
  for (const path of paths)
    if ((await c.world.to.readFile(path, c.input.recipe.image, within(c))) === null) missing.push(path);
  return missing;
}

const bringFiles: Step = {
  kind: 'mutation',
  name: 'bring-files',
  group: 'changes-standby',
  server: on,
  skip: (input) => input.files.length === 0 && input.recipe.compose === null,
  explain: (c) =>
    text(
      `Write the files that the container needs, as on ${c.input.from.serverName}. None is replaced.`,
      `Die Dateien schreiben, die der Container braucht, wie auf ${c.input.from.serverName}. Keine wird ersetzt.`,
    ),
  actions: (c) => {
    const { compose } = c.input.recipe;
    const copied = c.input.files.map((path) => ({
      type: 'command' as const,
      server: on(c),
      runAs: 'root',
      line: `scp -rp ${c.input.from.serverName}:${readableWord(path)} ${readableWord(path)}`,
    }));
    if (compose === null) return copied;
    const file = {
      type: 'file' as const,
      server: on(c),
      path: compose.file,
      before: null,
      after: compose.content,
    };
    return [...copied, { ...file, mode: '0644' }];
  },
  expectedMs: (c) => 1_000 + 500 * c.input.files.length,
  needs: [],
  isDone: async (c) => {
    for (const [path, { content }] of await filesToBring(c)) {
      const there = await c.world.to.readFile(path, c.input.recipe.image, within(c));
      if (there?.content.equals(content) !== true) return 'not-done';
    }
    return 'done';
  },
  remember: async (c) => ({ missing: await missingFiles(c, (await filesToBring(c)).keys()) }),
  do: async (c) => {
    const { image } = c.input.recipe;
    for (const [path, file] of await filesToBring(c)) {
      const there = await c.world.to.readFile(path, image, within(c));
      if (there?.content.equals(file.content) === true) continue;
      await c.world.to.createFile(path, file, image, within(c, ENGINE_MS));
    }
  },
  undo: {
    explain: () => text('Remove the files that were written.', 'Die geschriebenen Dateien entfernen.'),
    isDone: async (c, remembered) => {
      const { missing } = zBrought.parse(remembered);
      return (await missingFiles(c, missing)).length === missing.length ? 'done' : 'not-done';
    },
    do: async (c, remembered) => {
      for (const path of zBrought.parse(remembered).missing)
        await c.world.to.removeFile(path, c.input.recipe.image, within(c, ENGINE_MS));
    },
  },
  timeouts: { doMs: ENGINE_MS, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

const zMade = z.object({ volumes: z.array(z.string()), existed: z.boolean() });
/** The same in every attempt: a container of an attempt whose answer was lost is known as ours. */
const mark = (c: Context): string => `${c.input.instanceId}-${c.input.from.serverId}`;

const createContainer: Step = {
  kind: 'mutation',
  name: 'create-container',
  group: 'changes-standby',
  server: on,
  explain: (c) =>
    text(
      `Make the container ${c.input.recipe.name}. It is not started.`,
      `Den Container ${c.input.recipe.name} anlegen. Er wird nicht gestartet.`,
    ),
  actions: (c) => {
    const { compose } = c.input.recipe;
    const line =
      compose === null
        ? createArguments(c.input.recipe, {}).map(readableWord).join(' ')
        : `${c.input.compose.join(' ')} -p ${compose.project} -f ${readableWord(compose.file)} up --no-start --no-deps ${compose.service}`;
    return [{ type: 'command', server: on(c), runAs: 'root', line }];
  },
  expectedMs: () => 3_000,
  needs: [],
  isDone: async (c) =>
    (await c.world.to.container(c.input.recipe.name, within(c))) === null ? 'not-done' : 'done',
  remember: async (c) => ({
    existed: (await c.world.to.container(c.input.recipe.name, within(c))) !== null,
    volumes: await c.world.to.volumes(volumesOf(c.input), within(c)),
  }),
  do: (c) => c.world.to.create(c.input.recipe, mark(c), within(c, ENGINE_MS)),
  undo: {
    explain: (c) =>
      text(
        `Remove the container ${c.input.recipe.name} and its volumes, in which nothing lies.`,
        `Den Container ${c.input.recipe.name} und seine Volumes entfernen, in denen nichts liegt.`,
      ),
    isDone: async (c, remembered) => {
      const before = zMade.parse(remembered);
      if (before.existed) return 'done';
      if ((await c.world.to.container(c.input.recipe.name, within(c))) !== null) return 'not-done';
      const volumes = await c.world.to.volumes(volumesOf(c.input), within(c));
      return volumes.every((name) => before.volumes.includes(name)) ? 'done' : 'not-done';
    },
    do: async (c, remembered) => {
      const before = zMade.parse(remembered);
      const made = volumesOf(c.input).filter((name) => !before.volumes.includes(name));
      const there = await c.world.to.volumes(made, within(c));
      await c.world.to.remove(c.input.recipe, mark(c), there, within(c, ENGINE_MS));
    },
  },
  timeouts: { doMs: ENGINE_MS, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

const ownData: Step = {
  kind: 'mutation',
  name: 'own-data-directory',
  group: 'changes-standby',
  server: on,
  explain: (c) =>
    text(
      `Give ${c.input.recipe.dataDirectory} to ${c.input.location.osOwner}. It must be empty.`,
      `${c.input.recipe.dataDirectory} an ${c.input.location.osOwner} geben. Es muss leer sein.`,
    ),
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) => {
    const { recipe, location } = c.input;
    return (await c.world.to.ownsData(recipe, location.osOwner, within(c))) ? 'done' : 'not-done';
  },
  do: (c) => c.world.to.ownData(c.input.recipe, c.input.location.osOwner, within(c, ENGINE_MS)),
  undo: {
    nothing: text('A directory of the host stays, empty.', 'Ein Verzeichnis des Servers bleibt, leer.'),
  },
  timeouts: { doMs: ENGINE_MS, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

/** A policy starts what never ran too, when the engine itself starts again. */
const holdContainer: Step = {
  kind: 'mutation',
  name: 'hold-container',
  group: 'changes-standby',
  server: on,
  skip: (input) => input.recipe.restartPolicy === 'no',
  explain: (c) =>
    text(
      `Keep Docker from starting it (restart policy no). Setting up the standby gives ${c.input.recipe.restartPolicy} back.`,
      `Docker am Starten hindern (Neustart-Richtlinie no). Das Einrichten des Standby-Servers gibt ${c.input.recipe.restartPolicy} zurück.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: on(c),
      runAs: 'root',
      line: `docker update --restart=no ${c.input.recipe.name}`,
    },
  ],
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) => ((await c.world.runtime.autostart(within(c))) === 'on' ? 'not-done' : 'done'),
  do: (c) => c.world.runtime.setAutostart(false, within(c, ENGINE_MS)),
  undo: { nothing: text('It goes with the container.', 'Das verschwindet mit dem Container.') },
  timeouts: { doMs: ENGINE_MS, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

/** A container like one of another server, empty and not started: the place of a standby that is set up next. */
export const makeContainer = defineOperation<
  MakeContainerWorld,
  MakeContainerObservation,
  MakeContainerInput
>({
  kind: 'make-container',
  version: 1,
  title: (input) =>
    text(
      `Make the container ${input.recipe.name} on ${input.to.serverName}`,
      `Den Container ${input.recipe.name} auf ${input.to.serverName} anlegen`,
    ),
  parseInput: (raw) => zMakeContainerInput.parse(raw),
  observe: (c) => observeContainers(c.world, c.input, within(c, 60_000)),
  steps: [
    {
      kind: 'check',
      name: 'ready',
      group: 'reads',
      server: () => null,
      explain: () => text('Check both servers once more.', 'Beide Server noch einmal prüfen.'),
      expectedMs: () => 2_000,
      gates: MAKE_CONTAINER_GATES,
    },
    bringImage,
    bringFiles,
    createContainer,
    holdContainer,
    ownData,
  ],
});
