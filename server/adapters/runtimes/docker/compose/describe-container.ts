import { posix } from 'node:path';
import type { ComposedContainer, ComposeHash, ComposeLabels } from '#server/ports/compose-host.ts';
import type { RunResult } from '#server/ports/host-transport.ts';
import type { ContainerMount } from '../container-facts.ts';
import type { RecipeFacts } from '../recipe/recipe-facts.ts';

export const LABEL = 'com.docker.compose.';
/** What the engine calls a volume that nobody named. */
const UNNAMED = /^[0-9a-f]{64}$/;
/** Gone with each start of a machine as well. */
const PASSING = ['/run', '/tmp', '/var/run', '/var/tmp'];

/** A container as Compose and the engine describe it. */
export function describeContainer({ container, command }: RecipeFacts): ComposedContainer {
  const isUnnamed = (m: ContainerMount): boolean => m.type === 'volume' && UNNAMED.test(m.name);
  const lasts = (m: ContainerMount): boolean => (m.type === 'volume' && !isUnnamed(m)) || m.type === 'bind';
  const { imageId, image, running, restartPolicy, mounts } = container;
  return {
    imageId,
    image,
    running,
    restartPolicy,
    command: command ?? [],
    compose: labelsOf(container.labels),
    lasting: mounts.filter(lasts).map((m) => m.destination),
    unnamed: mounts.filter(isUnnamed).map((m) => m.destination),
  };
}

function labelsOf(labels: Readonly<Record<string, string>>): ComposeLabels | null {
  const of = (name: string): string => labels[`${LABEL}${name}`] ?? '';
  const [project, service] = [of('project'), of('service')];
  if (project === '' || service === '') return null;
  const directory = of('project.working_dir') || '/';
  const files = of('project.config_files')
    .split(',')
    .filter((file) => file !== '');
  return {
    project,
    service,
    directory,
    files: files.map((file) => posix.resolve(directory, file)),
    version: of('version') || null,
  };
}

/** Paths of \`docker diff\` that a new container would not have; places of mounts and of sockets are none. */
export function changedPaths(diff: string, mounts: readonly string[]): string[] {
  const paths = diff.split('\n').flatMap((line) => (/^[AC] \//.test(line) ? [line.slice(2)] : []));
  const lies = (path: string, directory: string): boolean =>
    path === directory || path.startsWith(`${directory}/`);
  return paths.filter(
    (path) =>
      ![...PASSING, ...mounts].some((directory) => lies(path, directory) || lies(directory, path)) &&
      !paths.some((other) => other !== path && lies(other, path)),
  );
}

/**
 * Compose 1 hashes for this question as it does for the label. Compose 2 leaves out what other services and
 * env_file give (docker/compose 10907, 14001): there another hash does not tell that the file has changed.
 */
export function judgeHash(
  { exitCode, stdout, stderr }: Pick<RunResult, 'exitCode' | 'stdout' | 'stderr'>,
  o: { label: string; service: string; isFirst: boolean },
): ComposeHash {
  if (exitCode !== 0) {
    const detail = stderr.trim().split('\n').slice(-3).join('\n').slice(0, 500);
    const isOld = /(unknown|no such) (flag|option)|--hash/i.test(detail);
    return { state: isOld ? 'unknown' : 'refused', detail };
  }
  const line = stdout.split('\n').find((each) => each.startsWith(`${o.service} `));
  const now = line?.slice(o.service.length + 1).trim() ?? '';
  const short = (hash: string): string => hash.slice(0, 12);
  if (now === '' || o.label === '') return { state: 'unknown', detail: '' };
  if (now === o.label) return { state: 'same', detail: short(now) };
  return { state: o.isFirst ? 'different' : 'unknown', detail: `${short(o.label)} → ${short(now)}` };
}
