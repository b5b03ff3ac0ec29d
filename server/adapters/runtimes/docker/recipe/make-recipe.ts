import { posix } from 'node:path';
import type { ContainerRecipe, RecipeMount } from '#server/domain/container-recipe.ts';
import type { Text } from '#server/domain/plan.ts';
import { standbyCompose } from './standby-compose.ts';
import { NAMES_FILES } from '#server/domain/instance-location.ts';
import { text } from '#server/domain/text.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { ContainerMount } from '../container-facts.ts';
import { looksSecret } from '#server/domain/looks-secret.ts';
import { settingOf } from '../setting-of.ts';
import type { RecipeFacts } from './recipe-facts.ts';

/** What has to be asked of the host besides `docker inspect`. */
export interface HostAnswers {
  /** Of the mounts' sources that are bind mounts: which are directories. */
  directories: ReadonlySet<string>;
  /** The image's own arguments. */
  imageCommand: string[] | null;
  /** Text of the Compose file that the container's labels name; null = none, or it cannot be read. */
  composeFile: string | null;
}

const DATA = '/var/lib/postgresql/data';
const FIRST_START = '/docker-entrypoint-initdb.d';
const LABEL = 'com.docker.compose.';

/** The recipe of a container for another host, and what the copy will not have. */
export function makeRecipe(
  facts: RecipeFacts,
  answers: HostAnswers,
): { recipe: ContainerRecipe; left: Text[] } {
  const { container } = facts;
  const dataDirectory = container.environment.get('PGDATA') ?? DATA;
  if (looksSecret((facts.command ?? []).join(' '))) {
    throw new AppError('INSTANCE_NOT_SUPPORTED', {
      message: `the command line of ${container.name} holds what looks like a password`,
      hint: 'Anybody on the server can read it there. Move it into a file, then look again.',
    });
  }
  const left: Text[] = [];
  const bare: ContainerRecipe = {
    name: container.name,
    image: container.image,
    imageId: container.imageId,
    command: same(facts.command, answers.imageCommand) ? null : facts.command,
    user: facts.user,
    environment: facts.environment,
    mounts: mountsOf(facts, answers, dataDirectory, left),
    ports: Object.entries(container.published).flatMap(([inside, bindings]) =>
      // IPv4 and IPv6 are published together where no address is named.
      bindings.filter((b) => b.address !== '::').map((b) => ({ ...b, inside })),
    ),
    networkMode: container.networkMode,
    restartPolicy: container.restartPolicy,
    shmBytes: facts.shmBytes,
    memoryBytes: facts.memoryBytes,
    dataDirectory,
    compose: null,
  };
  const compose = composeOf(facts, answers.composeFile, left);
  if (compose === null) {
    if (facts.variablesLeft.length > 0) left.push(variables(facts.variablesLeft));
    if (!['host', 'bridge', 'default'].includes(container.networkMode))
      left.push(text(`the network ${container.networkMode}`, `das Netz ${container.networkMode}`));
  }
  return { recipe: { ...bare, compose }, left };
}

const variables = (names: readonly string[]): Text =>
  text(
    `the variables ${names.join(', ')}: they may hold passwords`,
    `die Variablen ${names.join(', ')}: Sie können Passwörter enthalten`,
  );

function mountsOf(
  facts: RecipeFacts,
  { directories }: HostAnswers,
  dataDirectory: string,
  left: Text[],
): RecipeMount[] {
  const wanted = facts.container.mounts.filter((m) => !m.destination.startsWith(FIRST_START));
  const isLasting = (m: ContainerMount): boolean => m.type === 'volume' || m.type === 'bind';
  for (const m of wanted.filter((each) => !isLasting(each)))
    left.push(text(`the mount ${m.destination} (${m.type})`, `die Einbindung ${m.destination} (${m.type})`));
  return wanted.filter(isLasting).map((m) => {
    const bound = directories.has(m.source) ? 'directory' : 'file';
    const kind = m.type === 'volume' ? 'volume' : bound;
    const isData = holds(m.destination, dataDirectory);
    const copied =
      kind === 'file' || (kind === 'directory' && !isData && holdsConfiguration(facts, m.destination));
    if (kind === 'directory' && !copied && !isData)
      left.push(text(`the contents of ${m.source}`, `der Inhalt von ${m.source}`));
    const source = kind === 'volume' ? volumeName(m.name, facts.container.name) : m.source;
    const readOnly = facts.readOnly.includes(m.destination);
    return { kind, source, destination: m.destination, readOnly, copied };
  });
}

const holds = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);

function holdsConfiguration({ container }: RecipeFacts, directory: string): boolean {
  const files = NAMES_FILES.map((name) => settingOf(container.args, name));
  return files.some((file) => file !== null && holds(directory, file));
}

/** The engine's own name of an unnamed volume says nothing on another host. */
const volumeName = (name: string, container: string): string =>
  /^[0-9a-f]{64}$/.test(name) ? `${container}-data` : name;

function composeOf(
  { container }: RecipeFacts,
  source: string | null,
  left: Text[],
): ContainerRecipe['compose'] {
  const label = (name: string): string => container.labels[`${LABEL}${name}`] ?? '';
  const service = label('service');
  if (service === '') return null;
  const file = composeFileOf(container.labels);
  const because = (why: string): null => {
    left.push(
      text(
        `its Compose file (${why}): the copy is made by docker create`,
        `die Compose-Datei (${why}): Die Kopie entsteht mit docker create`,
      ),
    );
    return null;
  };
  if (file === null) return because('several files');
  if (source === null) return because(`${file} cannot be read`);
  try {
    const made = standbyCompose(source, { service, image: container.image });
    if (made.left.length > 0)
      left.push(
        text(
          `of the Compose file: ${made.left.join(', ')}`,
          `aus der Compose-Datei: ${made.left.join(', ')}`,
        ),
      );
    const project = label('project');
    return { project, service, file, directory: posix.dirname(file), content: made.content };
  } catch (thrown) {
    if (thrown instanceof AppError) return because(thrown.message);
    throw thrown;
  }
}

/** Path on the host; null where there is none or more than one. */
export function composeFileOf(labels: Readonly<Record<string, string>>): string | null {
  const files = labels[`${LABEL}project.config_files`] ?? '';
  if (files === '' || files.includes(',')) return null;
  return posix.resolve(labels[`${LABEL}project.working_dir`] ?? '/', files);
}

function same(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return a === null || JSON.stringify(a) === JSON.stringify(b);
}
