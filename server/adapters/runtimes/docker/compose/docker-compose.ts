import { posix } from 'node:path';
import { AppError } from '#server/errors/app-error.ts';
import type {
  ComposedContainer,
  ComposeEdit,
  ComposeHash,
  ComposeHost,
  ComposePlace,
  ComposeReading,
} from '#server/ports/compose-host.ts';
import type { HostFile } from '#server/ports/container-host.ts';
import type { RunOptions, RunResult } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { DockerHost, HostTransports, Way } from '../docker-host.ts';
import { DockerContainers } from '../recipe/docker-containers.ts';
import { parseRecipeFacts, RECIPE_FORMAT } from '../recipe/recipe-facts.ts';
import { runThrowAway } from '../recipe/throw-away.ts';
import {
  EXISTS,
  FILE_HASH,
  KEEP_FILE,
  NETWORKS,
  OTHER_FILE,
  PUT_BACK,
  REPLACE_FILE,
} from './compose-scripts.ts';
import { changedPaths, describeContainer, judgeHash, LABEL } from './describe-container.ts';
import { editCompose, readCompose } from './read-compose.ts';

/** Compose on one host, and the files that it reads. */
export class DockerCompose implements ComposeHost {
  readonly #containers: DockerContainers;
  readonly #docker: DockerHost;

  constructor(transports: HostTransports) {
    this.#containers = new DockerContainers(transports);
    this.#docker = this.#containers.docker;
  }

  engine(o: Wait): ReturnType<ComposeHost['engine']> {
    return this.#containers.engine(o);
  }

  imageId(image: string, o: Wait): Promise<string | null> {
    return this.#containers.imageId(image, o);
  }

  async container(name: string, o: Wait): Promise<ComposedContainer | null> {
    const line = await this.#inspect(name, RECIPE_FORMAT, o);
    return line === null ? null : describeContainer(parseRecipeFacts(line));
  }

  async networkSharers(name: string, o: Wait): Promise<string[]> {
    const id = await this.#inspect(name, '{{.Id}}', o);
    const { stdout } = await this.#docker.script('read', NETWORKS, [], o);
    const lines = stdout.split('\n').map((line) => line.split('\t'));
    return lines.flatMap(([who = '', mode]) => (mode === `container:${id}` ? [who.replace(/^\//, '')] : []));
  }

  async changedInside(name: string, o: Wait): Promise<string[]> {
    const line = await this.#inspect(name, RECIPE_FORMAT, o);
    if (line === null) return [];
    const { container } = parseRecipeFacts(line);
    const { stdout } = await this.#docker.require('read', ['docker', 'diff', name], {
      ...o,
      maxOutputBytes: 4 * 1024 ** 2,
    });
    return changedPaths(
      stdout,
      container.mounts.map((m) => m.destination),
    );
  }

  async reading(place: ComposePlace, imageId: string, o: Wait): Promise<ComposeReading | null> {
    const file = await this.#read(place.file, imageId, o);
    return file === null ? null : readCompose(file.content, place.service);
  }

  async edit(place: ComposePlace, names: readonly string[], imageId: string, o: Wait): Promise<ComposeEdit> {
    const { after: _, ...edit } = await this.#edited(place, names, imageId, o);
    return edit;
  }

  async hash(place: ComposePlace, name: string, o: Wait): Promise<ComposeHash> {
    const [label, engine] = await Promise.all([
      this.#inspect(name, `{{index .Config.Labels "${LABEL}config-hash"}}`, o),
      this.engine(o),
    ]);
    const words = composeWords(engine?.compose ?? null, place);
    const result = await this.#docker.run('read', [...words, 'config', '--hash', place.service], o);
    return judgeHash(result, { label: label ?? '', service: place.service, isFirst: words[0] !== 'docker' });
  }

  async fileHash(path: string, imageId: string, o: Wait): Promise<string | null> {
    const result = await this.#onFile('read', path, { imageId, script: FILE_HASH, args: [] }, o);
    if (result.exitCode !== 0 && !/source path does not exist/.test(result.stderr)) throw refused(result);
    return result.stdout.trim() || null;
  }

  async keepFile(from: string, to: string, imageId: string, o: Wait): Promise<void> {
    await this.#act(from, { imageId, script: KEEP_FILE, args: [inside(to)] }, o);
  }

  async removeFile(path: string, imageId: string, o: Wait): Promise<void> {
    await this.#act(path, { imageId, script: 'rm -f -- "$1"', args: [] }, o);
  }

  async takeOff(
    place: ComposePlace,
    names: readonly string[],
    beforeSha256: string,
    imageId: string,
    o: Wait,
  ): Promise<void> {
    const edited = await this.#edited(place, names, imageId, o);
    if (edited.beforeSha256 !== beforeSha256) throw otherFile(place.file);
    await this.#act(
      place.file,
      { imageId, script: REPLACE_FILE, args: [beforeSha256] },
      { ...o, stdin: Buffer.from(edited.after) },
    );
  }

  async putBack(
    { file }: ComposePlace,
    keptAs: string,
    afterSha256: string,
    imageId: string,
    o: Wait,
  ): Promise<void> {
    await this.#act(file, { imageId, script: PUT_BACK, args: [afterSha256, inside(keptAs)] }, o);
  }

  async removeContainer(name: string, o: Wait): Promise<void> {
    // Without --force: one that runs is refused by the engine.
    const result = await this.#docker.run('act', ['docker', 'container', 'rm', name], o);
    if (result.exitCode !== 0 && !/No such container/i.test(result.stderr)) throw refused(result);
  }

  async createContainer(place: ComposePlace, name: string, restartPolicy: string, o: Wait): Promise<void> {
    const words = composeWords((await this.engine(o))?.compose ?? null, place);
    await this.#docker.require(
      'act',
      [...words, 'up', '--no-start', '--no-deps', '--no-build', place.service],
      o,
    );
    const made = await this.container(name, o);
    if (made === null) {
      throw new AppError('COMMAND_FAILED', {
        message: `Compose made no container ${name} from ${place.file}`,
        hint: `Look at it on the server: docker ps -a`,
      });
    }
    if (made.restartPolicy !== restartPolicy)
      await this.#docker.require('act', ['docker', 'update', `--restart=${restartPolicy}`, name], o);
  }

  async #edited(place: ComposePlace, names: readonly string[], imageId: string, o: Wait) {
    const file = await this.#read(place.file, imageId, o);
    if (file === null) throw otherFile(place.file);
    return editCompose(file, place.service, names);
  }

  async #read(path: string, imageId: string, o: Wait): Promise<HostFile | null> {
    // A link is not followed: what it leads to may lie in another directory.
    if ((await this.fileHash(path, imageId, o)) === null) return null;
    return this.#containers.readFile(path, imageId, o);
  }

  async #act(path: string, what: OnFile, o: RunOptions): Promise<void> {
    const result = await this.#onFile('act', path, what, o);
    if (result.exitCode === OTHER_FILE) throw otherFile(path);
    if (result.exitCode === EXISTS) {
      throw new AppError('GATE_FAILED', {
        message: `the place for the kept file beside ${path} is taken`,
        hint: 'Look at it, move it away, then retry.',
      });
    }
    if (result.exitCode !== 0) throw refused(result);
  }

  #onFile(way: Way, path: string, { imageId, script, args }: OnFile, o: RunOptions): Promise<RunResult> {
    const mount = posix.dirname(path);
    return runThrowAway(
      this.#docker,
      way,
      { image: imageId, mount, script, args: [inside(path), ...args] },
      o,
    );
  }

  async #inspect(name: string, format: string, o: Wait): Promise<string | null> {
    const argv = ['docker', 'container', 'inspect', '--format', format, name] as const;
    const result = await this.#docker.run('read', argv, o);
    if (result.exitCode === 0) return result.stdout.replace(/\n$/, '');
    if (/No such container/i.test(result.stderr)) return null;
    throw refused(result);
  }
}

interface OnFile {
  imageId: string;
  script: string;
  args: readonly string[];
}

const inside = (path: string): string => posix.join('/host', posix.basename(path));

function composeWords(
  program: readonly string[] | null,
  { project, directory, file }: ComposePlace,
): [string, ...string[]] {
  const [first, ...more] = program ?? [];
  if (first === undefined)
    throw new AppError('COMMAND_FAILED', { message: 'Compose is not installed on the host' });
  return [first, ...more, '-p', project, '--project-directory', directory, '-f', file];
}

/** Before anything has stopped: the run takes back what it did. */
function otherFile(path: string): AppError {
  return new AppError('GATE_FAILED', {
    message: `${path} is not the file that was shown`,
    hint: 'Somebody changed it meanwhile. It was left as it is: look at it.',
    data: { path },
  });
}

function refused({ stderr, exitCode }: RunResult): AppError {
  return new AppError('COMMAND_FAILED', {
    message: 'the Docker engine refused',
    detail: stderr.trim().slice(-1_000),
    data: { exitCode },
  });
}
