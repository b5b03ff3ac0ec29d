import type { RunOptions, RunResult } from '#server/ports/host-transport.ts';
import { TOOLS_LABEL } from '../container-facts.ts';
import type { DockerHost, Way } from '../docker-host.ts';

export interface ThrowAway {
  image: string;
  /** Directory of the host, seen as /host. */
  mount: string;
  script: string;
  args: readonly string[];
}

/** As root of a container that sees one directory of the host: what Docker mounts needs no other rights. */
export function runThrowAway(
  docker: DockerHost,
  way: Way,
  { image, mount, script, args }: ThrowAway,
  o: RunOptions,
): Promise<RunResult> {
  // `--volume` would make a directory that is missing: a look must not.
  const mounted =
    way === 'read'
      ? ['--mount', `type=bind,"source=${mount.replaceAll('"', '""')}",target=/host,readonly`]
      : ['--volume', `${mount}:/host`];
  const stdin = o.stdin === undefined ? [] : ['--interactive'];
  const argv = [
    'docker', 'run', '--rm', ...stdin, '--network', 'none', '--user', '0', '--label', `${TOOLS_LABEL}=files`,
    ...mounted, '--entrypoint', 'sh', image, '-c', script, 'sh', ...args,
  ] as const; // prettier-ignore
  return docker.run(way, argv, o);
}
