import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { startDeadline } from '#server/adapters/ssh/deadline.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import {
  FACTS_FORMAT,
  mountOf,
  parseContainerFacts,
  TOOLS_LABEL,
  type ContainerFacts,
} from './container-facts.ts';
import type { DockerHost } from './docker-host.ts';

/** What the helper was made for: another image, mount or network wants another helper. */
const MADE_FOR_LABEL = 'dev.tandem.made-for';
/** Where its HOME is: known too when the server's container is gone. */
const HOME_LABEL = 'dev.tandem.home';
/** Raised when the helper itself is built in another way. */
const RECIPE = '1';
const START_MS = 60_000;
/** Where the helper keeps what is its own, when the data directory's parent is a volume already. */
const OWN_DIRECTORY = '/var/lib/tandem';

/**
 * Waits for ever and reaps what detached jobs leave behind. It runs as root, so that no process of the
 * server's user has the number 1: after a crash postmaster.pid names 1, and PostgreSQL's single-user mode
 * would take a process of its own user with that number for a living postmaster.
 */
const IDLE = 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait $!; done';

/** A job holds the lock of its directory as long as anything of it lives (host-job.ts). */
const JOBS_RUN =
  'for l in "$HOME"/.local/state/tandem/jobs/*/lock; do [ -e "$l" ] || continue; flock -s -n "$l" true || exit 0; done; exit 1';

/** $1 home of the helper, $2 data directory, mounted below it. Says `empty` where nothing of a person lies in it. */
const KEEPS_FILES = `found=$(find "$1" -mindepth 1 -maxdepth 1 ! -name .local ! -path "$2") || exit 1
[ -z "$found" ] && echo empty || echo keeps`;

/** The containers of one instance as they are now. */
export interface ToolsReady {
  /** Null when the server's container does not exist. */
  server: ContainerFacts | null;
  /** Directory of the helper that outlives it: its HOME. */
  home: string;
}

/**
 * A helper container beside the server's: same image, volumes and network, so that PostgreSQL's programs of
 * exactly this version and the files are there while the server is stopped. It is made with the first use,
 * never starts by itself, and changes nothing of the server.
 */
export class ToolsContainer {
  readonly name: string;
  readonly #docker: DockerHost;
  readonly #location: InstanceLocation;
  readonly #serverName: string;
  #ready: Promise<ToolsReady> | null = null;

  constructor(docker: DockerHost, location: InstanceLocation) {
    this.#docker = docker;
    this.#location = location;
    this.#serverName = containerNameOf(location);
    this.name = `tandem-tools-${this.#serverName}`;
  }

  /**
   * Makes or starts the helper where it is missing. Looked at once; `forget` makes the next call look again.
   * Many wait for one look: it has a time of its own, and whoever gives up gives up for itself alone.
   */
  ready(o: Wait): Promise<ToolsReady> {
    const timeoutMs = Math.max(o.timeoutMs, START_MS);
    this.#ready ??= this.#prepare({ signal: new AbortController().signal, timeoutMs }).catch(
      (thrown: unknown) => {
        this.#ready = null;
        throw thrown;
      },
    );
    return startDeadline(o.signal, timeoutMs, `looking at container ${this.#serverName}`).race(this.#ready);
  }

  forget(): void {
    this.#ready = null;
  }

  /** Makes the helper anew with the next use, unless a job runs in it. */
  async remake(o: Wait): Promise<void> {
    const { home } = await this.ready(o);
    this.forget();
    if (!(await this.#hasJobs(home, o))) await this.#require(['docker', 'rm', '-f', this.name], o);
  }

  /** Its volume goes with it only while nothing but its own notes lies in there. */
  async remove(o: Wait): Promise<void> {
    this.forget();
    const { home } = await this.ready(o);
    this.forget();
    const argv = [
      'docker',
      'exec',
      this.name,
      'sh',
      '-c',
      KEEPS_FILES,
      'sh',
      home,
      this.#location.dataDirectory,
    ] as const;
    const { stdout } = await this.#docker.require('read', argv, o);
    await this.#require(['docker', 'rm', '-f', this.name], o);
    // Only on the word: an answer that is lost is no leave to delete.
    if (stdout.trim() === 'empty')
      await this.#require(['docker', 'volume', 'rm', '-f', `tandem-${this.#serverName}`], o);
  }

  /** The server's container and the helper; null where there is none of that name. */
  async look(o: Wait): Promise<{ server: ContainerFacts | null; tools: ContainerFacts | null }> {
    const names = [this.#serverName, this.name] as const;
    const result = await this.#docker.run(
      'read',
      ['docker', 'container', 'inspect', '--format', FACTS_FORMAT, ...names],
      o,
    );
    const lines = result.stdout.split('\n').filter((line) => line.includes('\t'));
    if (lines.length === 0 && !/No such container/i.test(result.stderr)) {
      throw new AppError('COMMAND_FAILED', {
        message: `container ${this.#serverName} cannot be looked at`,
        detail: result.stderr.trim().slice(0, 500),
      });
    }
    const found = lines.map(parseContainerFacts);
    const of = (name: string): ContainerFacts | null => found.find((c) => c.name === name) ?? null;
    return { server: of(this.#serverName), tools: of(this.name) };
  }

  async #prepare(o: Wait): Promise<ToolsReady> {
    const { server, tools } = await this.look(o);
    if (server === null && tools === null) {
      throw new AppError('NOT_FOUND', {
        message: `there is no container ${this.#serverName} on the host`,
        hint: 'Start it as its compose file says, or check the server again.',
      });
    }
    const home = tools?.labels[HOME_LABEL] ?? homeOf(this.#location, server);
    if (tools === null || !(await this.#serves(tools, server, home, o))) {
      if (tools !== null) await this.#require(['docker', 'rm', '-f', this.name], o);
      if (server !== null) await this.#create(server, home, o);
    } else if (!tools.running) await this.#require(['docker', 'start', this.name], o);
    return { server, home };
  }

  /** Made for this server, or for one that is gone; another one stays as long as a job runs in it. */
  async #serves(
    tools: ContainerFacts,
    server: ContainerFacts | null,
    home: string,
    o: Wait,
  ): Promise<boolean> {
    if (server === null || tools.labels[MADE_FOR_LABEL] === madeFor(server)) return true;
    return tools.running && (await this.#hasJobs(home, o));
  }

  async #hasJobs(home: string, o: Wait): Promise<boolean> {
    const argv = ['docker', 'exec', '-e', `HOME=${home}`, this.name, 'sh', '-c', JOBS_RUN] as const;
    return (await this.#docker.run('read', argv, o)).exitCode === 0;
  }

  async #create(server: ContainerFacts, home: string, o: Wait): Promise<void> {
    const mounts = server.mounts.filter((m) => m.type === 'volume' || m.type === 'bind');
    const made = await this.#docker.run(
      'read',
      [
        'docker', 'run', '--detach', '--name', this.name, '--restart', 'no', '--user', '0', '--workdir', '/',
        '--label', `${TOOLS_LABEL}=${server.name}`, '--label', `${MADE_FOR_LABEL}=${madeFor(server)}`,
        '--label', `${HOME_LABEL}=${home}`, '--network', server.networkMode, '--volume', `tandem-${server.name}:${home}`,
        ...mounts.flatMap((m) => ['--volume', `${m.type === 'volume' ? m.name : m.source}:${m.destination}`]),
        '--no-healthcheck', '--entrypoint', 'sh', server.imageId, '-c', IDLE,
      ],
      o,
    ); // prettier-ignore
    // Another process was quicker.
    if (made.exitCode !== 0 && !/is already in use/.test(made.stderr)) {
      throw new AppError('COMMAND_FAILED', {
        message: `the helper container ${this.name} cannot be made`,
        detail: made.stderr.trim().slice(-1_000),
        hint: 'It needs the image and the volumes of the server, nothing else.',
      });
    }
    const own = 'chown -- "$1" "$2" && chmod 711 -- "$2"';
    await this.#require(
      ['docker', 'exec', this.name, 'sh', '-c', own, 'sh', this.#location.osOwner, home],
      o,
    );
  }

  async #require(argv: readonly [string, ...string[]], o: Wait): Promise<void> {
    const result = await this.#docker.run('read', argv, o);
    if (result.exitCode === 0) return;
    throw new AppError('COMMAND_FAILED', {
      message: `the helper container ${this.name} does not run`,
      detail: result.stderr.trim().slice(-1_000),
      data: { exitCode: result.exitCode },
    });
  }
}

/**
 * The parent of the data directory where that is a mount of its own: what lies beside it (kept files, a new
 * base backup) then lies in a volume of ours and not in the helper's throw-away layer.
 */
function homeOf(location: InstanceLocation, server: ContainerFacts | null): string {
  const parent = posix.dirname(location.dataDirectory);
  const isMount =
    server === null || mountOf(server, location.dataDirectory)?.destination === location.dataDirectory;
  return isMount && parent !== '/' ? parent : OWN_DIRECTORY;
}

function madeFor(server: ContainerFacts): string {
  const mounts = server.mounts.map((m) => [m.type, m.name, m.source, m.destination].join('\t')).sort();
  const what = [RECIPE, server.imageId, server.networkMode, ...mounts].join('\n');
  return createHash('sha256').update(what).digest('hex').slice(0, 16);
}

/** The container's name; INVALID_INPUT where the location has none. */
export function containerNameOf(location: InstanceLocation): string {
  const { name } = location;
  if (name !== null && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return name;
  throw new AppError('INVALID_INPUT', {
    message: `not the name of a container: ${JSON.stringify(name)}`,
    hint: 'Check the server again: its instances are read anew.',
  });
}
