import { posix } from 'node:path';
import { createHostFiles } from '#server/adapters/hosts/host-files.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostFiles } from '#server/ports/host-files.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { mountOf, TOOLS_LABEL } from './container-facts.ts';
import type { DockerParts } from './docker-control.ts';
import { USERS } from './docker-scripts.ts';

/** Moves are renames, unless data and copies lie on different file systems. */
const MOVE_MS = 6 * 3_600_000;

/**
 * $1 directory, $2 its new name. The root of a mount cannot be renamed, so what lies in it moves: \`global\`,
 * without which nothing starts, goes first and comes last. What is half done is gone on with.
 */
const MOVE_ENTRIES = `set -e
if [ -e "$2" ] && [ -e "$2/global" ]; then echo "$2 holds a cluster" >&2; exit 1; fi
if [ "$3" = into ]; then to=$2; else to="$2.part"; [ ! -e "$2" ]; fi
[ -d "$1" ]
if [ ! -d "$to" ]; then mkdir -m 700 -- "$to"; chown --reference="$1" -- "$to"; fi
if [ "$3" != into ] && [ -e "$1/global" ]; then mv -T -n -- "$1/global" "$to/global"; fi
find "$1" -mindepth 1 -maxdepth 1 ! -name global -exec mv -n -t "$to" -- {} +
if [ -e "$1/global" ]; then mv -T -n -- "$1/global" "$to/global"; fi
[ -z "$(ls -A -- "$1")" ]
if [ "$3" = into ]; then rmdir -- "$1"; else mv -T -n -- "$to" "$2"; fi
sync -f -- "$2"`;

/** Files of an instance in a container; directories that are mounts are moved from outside, where they have a name. */
export function containerFiles(location: InstanceLocation, parts: DockerParts): HostFiles {
  const files = createHostFiles(parts.inTools.act, location.osOwner);
  return {
    ...files,
    move: async (from, to, o) => {
      const wait = { signal: o.signal, timeoutMs: MOVE_MS };
      const { server } = await parts.tools.ready(wait);
      const isMount = (path: string): boolean => server?.mounts.some((m) => m.destination === path) === true;
      if (isMount(from)) await moveEntries(parts, { from, to, how: 'away' }, wait);
      else if (isMount(to)) await moveEntries(parts, { from, to, how: 'into' }, wait);
      else await files.move(from, to, o);
    },
  };
}

/** In a one-off container that has the common parent of both places on the host: there a move is a rename. */
async function moveEntries(
  { docker, tools }: DockerParts,
  o: { from: string; to: string; how: 'away' | 'into' },
  wait: Wait,
): Promise<void> {
  const found = await tools.look(wait);
  const helper = found.tools;
  if (helper === null)
    throw new AppError('NOT_FOUND', { message: `the helper container ${tools.name} is gone` });
  const onHost = (path: string): string => {
    const mount = mountOf(helper, path);
    if (mount === null)
      throw new AppError('ASSERTION', { message: `${path} lies on no mount of ${helper.name}` });
    return posix.join(mount.source, posix.relative(mount.destination, path));
  };
  const [from, to] = [onHost(o.from), onHost(o.to)];
  const data = o.how === 'away' ? from : to;
  if ((await docker.script('read', USERS, [data], wait)).stdout.trim() !== '') {
    throw new AppError('WORLD_CHANGED', {
      message: `a container runs on the files in ${data}: they cannot be moved`,
      hint: 'Stop it, then retry.',
    });
  }
  const parent = commonParent(from, to);
  const inside = (path: string): string => posix.join('/host', posix.relative(parent, path));
  const argv = [
    'docker', 'run', '--rm', '--network', 'none', '--user', '0', '--label', `${TOOLS_LABEL}=move`,
    '--volume', `${parent}:/host`, '--entrypoint', 'sh', helper.imageId,
    '-c', MOVE_ENTRIES, 'sh', inside(from), inside(to), o.how,
  ] as const; // prettier-ignore
  await docker.require('act', argv, wait);
}

function commonParent(a: string, b: string): string {
  const [left, right] = [posix.dirname(a).split('/'), posix.dirname(b).split('/')];
  const differs = left.findIndex((part, n) => part !== right[n]);
  return left.slice(0, differs < 0 ? left.length : differs).join('/') || '/';
}
