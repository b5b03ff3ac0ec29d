import { posix } from 'node:path';
import { NAMES_FILES } from '#server/domain/instance-location.ts';
import { REQUIRED_SETTINGS } from '#server/domain/required-settings.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { mountOf, parseContainerFacts, type ContainerFacts } from './container-facts.ts';
import { settingOf } from './setting-of.ts';

const PORT = '5432';
/** The rest of a command line is nobody's business here: it may hold what is secret. */
const TOLD = [...NAMES_FILES, ...REQUIRED_SETTINGS];
/** Reached by a connection to 127.0.0.1 of the host. */
const LOOPBACK = ['', '0.0.0.0', '::', '127.0.0.1'];

interface Inside {
  version: string;
  standby: string;
  sizeKib: string;
  owner: string;
  binDirectory: string;
  port: string;
  gnu: string;
}
type Found = Omit<FoundInstance, 'supported' | 'reason'> & { blocked: Text | null };

/** PostgreSQL's containers among the lines of the discovery script, with their ids. */
export function readFoundContainers(lines: readonly (readonly string[])[]): { id: string; found: Found }[] {
  const inside = new Map(lines.filter(([kind]) => kind === 'inside').map((l) => [l[1] ?? '', readInside(l)]));
  return lines
    .filter(([kind]) => kind === 'container')
    .map(([, ...facts]) => parseContainerFacts(facts.join('\t')))
    .map((facts) => ({ id: facts.id, found: describe(facts, inside.get(facts.id) ?? readInside([])) }));
}

function readInside(fields: readonly string[]): Inside {
  const [, , version = '', standby = '', sizeKib = '', owner = '', binDirectory = '', port = '', gnu = ''] =
    fields;
  return { version, standby, sizeKib, owner, binDirectory, port, gnu };
}

function describe(facts: ContainerFacts, inside: Inside): Found {
  const dataDirectory = facts.environment.get('PGDATA') ?? '/var/lib/postgresql/data';
  const portInside = inside.port || facts.environment.get('PGPORT') || PORT;
  const { port, blocked } = reachedBy(facts, portInside);
  const major = inside.version || (facts.environment.get('PG_MAJOR') ?? '0');
  return {
    kind: 'docker',
    name: facts.name,
    dataDirectory,
    configDirectory: configDirectoryOf(facts, dataDirectory),
    binDirectory: inside.binDirectory || null,
    osOwner: inside.owner || 'postgres',
    port,
    socketDirectory: null,
    image: facts.image,
    commandLine: commandLineOf(facts),
    portInside: Number(portInside),
    running: isUp(facts),
    majorVersion: parseInt(major, 10),
    inRecovery: inside.version === '' ? null : inside.standby === 'yes',
    sizeBytes: inside.sizeKib === '' ? null : Number(inside.sizeKib) * 1024,
    blocked: cannotStart(facts, dataDirectory) ?? blocked ?? whyNot(facts, inside),
  };
}

function commandLineOf({ args }: ContainerFacts): Record<string, string> {
  const given = TOLD.map((name): [string, string | null] => [name, settingOf(args, name)]);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** One that starts again and again counts as running for Docker. */
const isUp = (facts: ContainerFacts): boolean => facts.status === 'running' || facts.status === 'paused';

/** The mistakes that a container's own description shows, where it does not run. */
function cannotStart(facts: ContainerFacts, dataDirectory: string): Text | null {
  if (isUp(facts)) return null;
  for (const setting of NAMES_FILES) {
    const file = settingOf(facts.args, setting);
    if (file === null || file.startsWith(`${dataDirectory}/`) || mountOf(facts, file) !== null) continue;
    return text(
      `it cannot start: its command names ${setting}=${file}, and nothing mounts that file into the container`,
      `startet nicht: Der Aufruf nennt ${setting}=${file}, aber nichts bindet diese Datei in den Container ein`,
    );
  }
  if (facts.status !== 'restarting') return null;
  return text(
    `it starts again and again. Its log says why: docker logs --tail 20 ${facts.name}`,
    `startet immer wieder neu. Das Protokoll sagt, warum: docker logs --tail 20 ${facts.name}`,
  );
}

/** The port of the host that leads to the server, or why there is none. */
function reachedBy(facts: ContainerFacts, inside: string): { port: number; blocked: Text | null } {
  if (facts.networkMode === 'host') return { port: Number(inside), blocked: null };
  const bindings = facts.published[`${inside}/tcp`] ?? [];
  const onLoopback = bindings.find((b) => LOOPBACK.includes(b.address));
  if (onLoopback !== undefined) return { port: onLoopback.port, blocked: null };
  const [other] = bindings;
  const blocked =
    other === undefined
      ? text(
          `port ${inside} of the container is not published on a fixed port`,
          `Port ${inside} des Containers ist nicht auf einem festen Port veröffentlicht`,
        )
      : text(
          `port ${inside} of the container is published on ${other.address} only: publish it on 127.0.0.1 too`,
          `Port ${inside} des Containers ist nur auf ${other.address} veröffentlicht: Veröffentlichen Sie ihn auch auf 127.0.0.1`,
        );
  return { port: other?.port ?? Number(inside), blocked };
}

function whyNot(facts: ContainerFacts, inside: Inside): Text | null {
  if (facts.removedWhenStopped) {
    return text(
      'the container was started with --rm: a stop would remove it',
      'der Container wurde mit --rm gestartet: Anhalten würde ihn entfernen',
    );
  }
  if (facts.running && inside.gnu === '0') {
    return text(
      'its image has no GNU tools (Alpine): use the Debian variant of the same version',
      'sein Image hat keine GNU-Werkzeuge (Alpine): Verwenden Sie die Debian-Variante derselben Version',
    );
  }
  return null;
}

/** Null where the configuration lies in the data directory. */
function configDirectoryOf(facts: ContainerFacts, dataDirectory: string): string | null {
  const file = settingOf(facts.args, 'config_file');
  const directory = file === null ? dataDirectory : posix.dirname(file);
  return directory === dataDirectory ? null : directory;
}
