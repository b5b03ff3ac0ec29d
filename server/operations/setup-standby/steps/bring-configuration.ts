import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { configDirectoryOf } from '#server/domain/instance-location.ts';
import type { PlanAction, Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import { placeOf } from '../configuration.ts';
import type { SetupContext } from '../context.ts';
import { filesInContainer, filesToBring, hbaChange, liesAmongData } from '../files-to-bring.ts';
import type { SetupInput } from '../input.ts';
import type { SetupObservation } from '../observation.ts';
import { changesPlace } from '../other-kind.ts';

type Step = MutationStep<PairWorld, SetupObservation, SetupInput>;

const configOf = (input: SetupInput, side: 'primary' | 'standby'): string =>
  configDirectoryOf(input[side].location);

/** The standby's old configuration lies aside with its old data: both are needed to use it again. */
export const moveConfigurationAside: Step = {
  kind: 'mutation',
  name: 'move-configuration-aside',
  group: 'erases',
  server: (c) => c.input.standby.serverName,
  skip: (input) => input.configAsideTo === null,
  explain: (c) =>
    text(
      `Move the configuration in ${configOf(c.input, 'standby')} aside as well; nothing in it is deleted.`,
      `Auch die Konfiguration in ${configOf(c.input, 'standby')} verschieben; darin wird nichts gelöscht.`,
    ),
  actions: (c) => [
    {
      type: 'move',
      server: c.input.standby.serverName,
      from: configOf(c.input, 'standby'),
      to: c.input.configAsideTo ?? '',
    },
  ],
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) =>
    (await c.world.standby.files.stat(c.input.configAsideTo ?? '', c)) === null ? 'not-done' : 'done',
  do: (c) => c.world.standby.files.move(configOf(c.input, 'standby'), c.input.configAsideTo ?? '', c),
  undo: {
    explain: () => text('Move it back.', 'Zurückverschieben.'),
    isDone: async (c) =>
      (await c.world.standby.files.stat(c.input.configAsideTo ?? '', c)) === null ? 'done' : 'not-done',
    do: (c) => c.world.standby.files.move(c.input.configAsideTo ?? '', configOf(c.input, 'standby'), c),
  },
  timeouts: { doMs: 30_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

function explainMainFiles(input: SetupInput): Text {
  const [server, from] = [input.primary.serverName, configOf(input, 'primary')];
  const copies = text(
    `Copy the configuration of ${server} from ${from}: the base backup does not carry it.`,
    `Die Konfiguration von ${server} aus ${from} kopieren: Die Basissicherung bringt sie nicht mit.`,
  );
  if (!liesAmongData(input.standby.location)) return copies;
  return text(
    `${copies.en} Files that postgresql.conf includes become part of it.`,
    `${copies.de} Dateien, die postgresql.conf einbindet, werden ein Teil davon.`,
  );
}

const explainRest = (input: SetupInput): Text =>
  text(
    `Copy what else lies there (conf.d, environment) to ${configOf(input, 'standby')}.`,
    `Was dort sonst liegt (conf.d, environment), nach ${configOf(input, 'standby')} kopieren.`,
  );

/** A base backup does not carry what lies outside the data directory. `early` = before the cluster is made known. */
function bring(early: boolean): Step {
  return {
    kind: 'mutation',
    name: early ? 'bring-configuration' : 'bring-more-configuration',
    group: 'changes-standby',
    server: (c) => c.input.standby.serverName,
    // Two containers have it mounted: bringMountedFiles.
    skip: ({ primary, standby, includedFiles: files, includedDirectories: directories }) => {
      if (!early && standby.location.configDirectory === null) return true;
      const change = changesPlace(primary.location, standby.location);
      if (change !== null) return !early && change === 'out' && files.length + directories.length === 0;
      return primary.location.kind === 'docker' || primary.location.configDirectory === null;
    },
    explain: (c) => (early ? explainMainFiles(c.input) : explainRest(c.input)),
    actions: (c) => planActions(c, early),
    expectedMs: () => 500,
    needs: [],
    // pg_createcluster takes the early files away: what it made known has them.
    isDone: async (c) => {
      const { standby } = c.input;
      const moved = early && standby.location.kind === 'debian';
      if (moved && (await c.world.standby.runtime.isRegistered(within(c)))) return 'done';
      for (const { path, content } of await filesToBring(c, early)) {
        const { files } = c.world.standby;
        const isThere =
          content === null
            ? (await files.stat(path, c)) !== null
            : (await files.read(path, c))?.equals(content) === true;
        if (!isThere) return 'not-done';
      }
      return 'done';
    },
    do: async (c) => {
      const { files } = c.world.standby;
      for (const { path, content, mode } of await filesToBring(c, early)) {
        const directory = content === null ? path : path.slice(0, path.lastIndexOf('/'));
        await files.makeDirectory(directory, { ...c, mode: 0o755 });
        if (content !== null) await files.write(path, content, { ...c, mode });
      }
    },
    undo: {
      nothing: text(
        'The files go with the new data directory and its configuration.',
        'Die Dateien verschwinden mit dem neuen Datenverzeichnis und seiner Konfiguration.',
      ),
    },
    timeouts: { doMs: 60_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

type Planning = Pick<SetupContext, 'world' | 'input'>;

/** The copy, and what becomes of the rules of access where they change their kind of place. */
async function planActions({ world, input }: Planning, early: boolean): Promise<PlanAction[]> {
  const { primary, standby } = input;
  const server = standby.serverName;
  const runAs = standby.location.osOwner;
  const reading = { world, input, signal: AbortSignal.timeout(15_000) };
  const lines =
    changesPlace(primary.location, standby.location) === 'out'
      ? await linesOutOfContainer(reading, early)
      : [copyLine(input, early)];
  const copies = lines.map((line): PlanAction => ({ type: 'command', server, runAs, line }));
  const change = early ? await hbaChange(reading) : null;
  if (change === null) return copies;
  const path = `${configOf(input, 'standby')}/pg_hba.conf`;
  return [...copies, { type: 'file', server, path, ...change, mode: '0600' }];
}

function copyLine(input: SetupInput, early: boolean): string {
  const [what, to] = early
    ? ['{postgresql,pg_hba,pg_ident}.conf', input.standby.location.dataDirectory]
    : ['', configOf(input, 'standby')];
  return `scp -r ${input.primary.serverName}:${configOf(input, 'primary')}/${what} ${to}/`;
}

async function linesOutOfContainer(
  c: Parameters<typeof filesInContainer>[0],
  early: boolean,
): Promise<string[]> {
  const { primary, standby } = c.input;
  return (await filesInContainer(c)).flatMap(({ name, path, kind }) => {
    const place = placeOf(name, standby.location);
    if (place?.early !== early) return [];
    if (kind === 'directory') return [`mkdir -p ${place.path}`];
    return [
      `ssh ${primary.serverName} docker exec ${primary.location.name ?? ''} cat ${path} > ${place.path}`,
    ];
  });
}

export const bringConfiguration = bring(true);
export const bringMoreConfiguration = bring(false);

/** What starts servers on this host learns of the new directory: a Debian cluster gets its place in /etc. */
export const registerCluster: Step = {
  kind: 'mutation',
  name: 'register-cluster',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  skip: (input) => input.standby.location.kind !== 'debian',
  explain: (c) =>
    text(
      `Make the directory known as cluster ${c.input.standby.location.name ?? ''}, started at boot.`,
      `Das Verzeichnis als Cluster ${c.input.standby.location.name ?? ''} bekannt machen, der beim Booten startet.`,
    ),
  actions: (c) => {
    const { name, dataDirectory, port } = c.input.standby.location;
    const line = `pg_createcluster -d ${dataDirectory} -p ${port} --start-conf=auto ${(name ?? '').replace('/', ' ')}`;
    return [{ type: 'command', server: c.input.standby.serverName, runAs: 'root', line }];
  },
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) => ((await c.world.standby.runtime.isRegistered(within(c))) ? 'done' : 'not-done'),
  do: (c) => c.world.standby.runtime.register(within(c, 30_000)),
  undo: {
    explain: (c) =>
      text(
        `Remove ${configOf(c.input, 'standby')} again.`,
        `${configOf(c.input, 'standby')} wieder entfernen.`,
      ),
    isDone: async (c) =>
      (await c.world.standby.files.stat(configOf(c.input, 'standby'), c)) === null ? 'done' : 'not-done',
    do: (c) => c.world.standby.runtime.unregister(within(c, 30_000)),
  },
  timeouts: { doMs: 60_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
