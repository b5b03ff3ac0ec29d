import { posix } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  failed,
  overwriteInPlaceWith,
  statWith,
  writeFileAtomicWith,
  type RunBytes,
} from '#server/adapters/ssh/file-operations.ts';
import { Secret } from '#server/domain/secret.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type {
  Command,
  Endpoint,
  FileStat,
  HostTransport,
  RunOptions,
  RunResult,
  WriteOptions,
} from '#server/ports/host-transport.ts';
import type { DockerHost, Way } from './docker-host.ts';
import { containerNameOf, type ToolsContainer } from './tools-container.ts';

const FILE_TIMEOUT_MS = 30_000;
const DEFAULT_READ_BYTES = 16 * 1024 ** 2;
/** Exit code for a file that is not there; no program of the script uses it. */
const MISSING = 44;
/** libpq's programs end with it when there is no connection to be had; so does a command that needs the server. */
const EXIT_NO_CONNECTION = 2;
const ROOT = '0';

/** $1 path, $2 bytes. Base64, because a command's output is text. */
const READ = `[ -e "$1" ] || exit ${MISSING}
head -c 0 -- "$1" && head -c "$2" -- "$1" | base64`;

export interface ContainerAccess {
  docker: DockerHost;
  tools: ToolsContainer;
  way: Way;
  location: InstanceLocation;
}

/**
 * A container as a host: commands and files inside the helper container. Streams and names of the network
 * are the host's own.
 */
export class ToolsTransport implements HostTransport {
  readonly serverId: string;
  readonly #access: ContainerAccess;

  constructor(access: ContainerAccess) {
    this.#access = access;
    this.serverId = access.docker.transports.read.serverId;
  }

  run(command: Command, o: RunOptions): Promise<RunResult> {
    return this.#run(this.#access.way, command, o);
  }

  /** The command never starts when the helper is missing: then it is made, and the command tried once more. */
  async #run(way: Way, command: Command, o: RunOptions): Promise<RunResult> {
    const { docker, tools, location } = this.#access;
    const once = async (): Promise<RunResult | null> => {
      const { home } = await tools.ready(o);
      const inside = { container: tools.name, user: command.runAs ?? location.osOwner, home };
      return docker.enter(way, inside, command, o);
    };
    const result = await once();
    if (result !== null) return result;
    tools.forget();
    const again = await once();
    if (again !== null) return again;
    throw new AppError('COMMAND_FAILED', {
      message: `the helper container ${tools.name} does not run`,
      hint: `Look at it on the server: docker logs ${tools.name}`,
    });
  }

  async require(command: Command, o: RunOptions): Promise<RunResult> {
    const result = await this.run(command, o);
    if (result.exitCode !== 0) throw failed(command, result);
    return result;
  }

  #forFiles(way: Way): RunBytes {
    return async (command, o) => {
      const { exitCode, stdout, stderr } = await this.#run(way, command, {
        timeoutMs: FILE_TIMEOUT_MS,
        ...o,
      });
      return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
    };
  }

  async readFile(
    path: string,
    o: { signal: AbortSignal; runAs?: string; maxBytes?: number },
  ): Promise<Buffer | null> {
    await this.#isMountedAlone(path, o.signal);
    const maxBytes = o.maxBytes ?? DEFAULT_READ_BYTES;
    const command: Command = {
      argv: ['sh', '-c', READ, 'sh', path, String(maxBytes + 1)],
      ...(o.runAs === undefined ? {} : { runAs: o.runAs }),
    };
    const maxOutputBytes = Math.ceil((maxBytes + 1) * 1.4) + 1_000;
    const wait = { signal: o.signal, timeoutMs: FILE_TIMEOUT_MS, maxOutputBytes };
    const result = await this.#run('read', command, wait);
    if (result.exitCode === MISSING) return null;
    if (result.exitCode !== 0) throw failed({ argv: ['read', path] }, result);
    const bytes = Buffer.from(result.stdout, 'base64');
    if (bytes.length <= maxBytes) return bytes;
    throw new AppError('COMMAND_FAILED', {
      message: `${path} is larger than ${maxBytes} bytes`,
      data: { maxBytes },
    });
  }

  stat(path: string, o: { signal: AbortSignal; runAs?: string }): Promise<FileStat | null> {
    return statWith(this.#forFiles('read'), path, o);
  }

  /** A file that is mounted alone keeps its inode, mode and owner: the mount hangs on the inode. */
  async writeFileAtomic(path: string, data: Buffer | Secret, o: WriteOptions): Promise<void> {
    if (!(await this.#isMountedAlone(path, o.signal))) {
      await writeFileAtomicWith(this.#forFiles(this.#access.way), path, data, o);
      return;
    }
    const bytes = data instanceof Secret ? Buffer.from(data.reveal()) : data;
    await this.#overwriteMounted(path, bytes, o.signal);
  }

  async overwriteInPlace(
    path: string,
    data: Buffer,
    o: { signal: AbortSignal; runAs?: string },
  ): Promise<void> {
    if (await this.#isMountedAlone(path, o.signal)) await this.#overwriteMounted(path, data, o.signal);
    else await overwriteInPlaceWith(this.#forFiles(this.#access.way), path, data, o);
  }

  /**
   * Whether a path is a mounted file. An editor that writes a new file and renames it leaves older containers
   * with the old one, which nobody can reach by name any more: then the helper is made anew first.
   */
  async #isMountedAlone(path: string, signal: AbortSignal): Promise<boolean> {
    const { tools } = this.#access;
    const o = { signal, timeoutMs: FILE_TIMEOUT_MS };
    const { server } = await tools.ready(o);
    const mount = server?.mounts.find((m) => m.destination === path);
    if (mount === undefined) return false;
    const argv = ['awk', '-v', `path=${path}`, '$5 == path { print $4 }', '/proc/self/mountinfo'] as const;
    const root = (await this.#run('read', { argv }, o)).stdout.trim();
    if (posix.basename(root) !== posix.basename(mount.source)) await tools.remake(o);
    return true;
  }

  /** Where the server has an older file of that name, a reload would read something else than was written. */
  async #overwriteMounted(path: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
    const { tools, way, docker } = this.#access;
    const o = { signal, timeoutMs: FILE_TIMEOUT_MS };
    await overwriteInPlaceWith(this.#forFiles(way), path, bytes, { signal, runAs: ROOT });
    const { server } = await tools.look(o);
    if (server?.running !== true) return;
    const argv = ['docker', 'exec', '--user', ROOT, server.name, 'base64', path] as const;
    const seen = await docker.run('read', argv, { ...o, maxOutputBytes: 32 * 1024 ** 2 });
    if (seen.exitCode !== 0 || Buffer.from(seen.stdout, 'base64').equals(bytes)) return;
    throw new AppError('EFFECT_NOT_REACHED', {
      message: `${path} was written, but container ${server.name} still sees an older file`,
      detail:
        'The file was replaced on the host by another one of the same name after the container was started.',
      hint: `Restart the container, so that it mounts the file that is there now: docker restart ${server.name}`,
    });
  }

  openTcp(host: string, port: number, o: { signal: AbortSignal }): Promise<Duplex> {
    return this.#host.openTcp(host, port, o);
  }

  openUnixSocket(path: string, o: { signal: AbortSignal }): Promise<Duplex> {
    return this.#host.openUnixSocket(path, o);
  }

  wayTo(to: Endpoint, o: { signal: AbortSignal }): Promise<'forward' | 'relay'> {
    return this.#host.wayTo(to, o);
  }

  ping(o: { signal: AbortSignal; timeoutMs: number }): Promise<number> {
    return this.#host.ping(o);
  }

  get #host(): HostTransport {
    return this.#access.docker.transports[this.#access.way];
  }

  /** The connection belongs to the host. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Runs what needs the living server inside its own container. */
export async function runInServer(
  { docker, way, location }: Omit<ContainerAccess, 'tools'>,
  command: Command,
  o: RunOptions,
): Promise<RunResult> {
  const container = containerNameOf(location);
  const inside = { container, user: command.runAs ?? location.osOwner, home: null };
  const result = await docker.enter(way, inside, command, o);
  const stderr = `the container ${container} does not run\n`;
  return result ?? { exitCode: EXIT_NO_CONNECTION, stdout: '', stderr, durationMs: 0 };
}
