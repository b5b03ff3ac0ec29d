import { posix } from 'node:path';
import { createArguments, type ContainerRecipe } from '#server/domain/container-recipe.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { ContainerHost, HostFile } from '#server/ports/container-host.ts';
import type { RunOptions, RunResult } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { TOOLS_LABEL } from '../container-facts.ts';
import { DockerHost, type HostTransports, type Way } from '../docker-host.ts';
import { copyImage } from './copy-image.ts';
import { composeFileOf, makeRecipe } from './make-recipe.ts';
import { runThrowAway, type ThrowAway } from './throw-away.ts';
import { parseRecipeFacts, RECIPE_FORMAT, type RecipeFacts } from './recipe-facts.ts';
import {
  CREATE_FILE,
  DIRECTORIES,
  OWN_DATA,
  OWNS_DATA,
  ENGINE,
  READ_FILE,
  READ_FILES,
} from './recipe-scripts.ts';

/** Marks a container and a volume that a run of ours made; the value names the run. */
const MADE_BY_LABEL = 'dev.tandem.made-by';
const STATE_FORMAT = `{{.State.Running}}\t{{.State.StartedAt}}\t{{index .Config.Labels "${MADE_BY_LABEL}"}}`;
const NEVER = '0001-01-01T00:00:00Z';
const EXISTS = 17;
const NOT_EMPTY = 39;
const MAX_FILES_BYTES = 16 * 1024 ** 2;

/** The Docker engine of one host, for containers as a whole. */
export class DockerContainers implements ContainerHost {
  readonly docker: DockerHost;

  constructor(transports: HostTransports) {
    this.docker = new DockerHost(transports);
  }

  async engine(o: Wait): ReturnType<ContainerHost['engine']> {
    const result = await this.docker.script('read', ENGINE, [], o).catch(ifNoEngine);
    if (result === null) return null;
    const [version = '', architecture = '', compose = '', free = ''] = result.stdout.split('\n');
    return {
      version,
      architecture,
      compose: compose === '' ? null : compose.split(' '),
      freeBytes: /^\s*\d+\s*$/.test(free) ? Number(free) : null,
    };
  }

  async recipe(name: string, o: Wait): ReturnType<ContainerHost['recipe']> {
    const line = await this.#inspect(name, RECIPE_FORMAT, o);
    if (line === null) return null;
    const facts = parseRecipeFacts(line);
    const [directories, imageCommand, composeFile] = await Promise.all([
      this.#directories(facts, o),
      this.#imageCommand(facts.container.imageId, o),
      this.#composeFile(facts, o),
    ]);
    return makeRecipe(facts, { directories, imageCommand, composeFile });
  }

  async container(name: string, o: Wait): ReturnType<ContainerHost['container']> {
    const line = await this.#inspect(name, STATE_FORMAT, o);
    if (line === null) return null;
    const [running, startedAt, madeBy = ''] = line.split('\t');
    return { running: running === 'true', wasStarted: startedAt !== NEVER, madeBy: madeBy.trim() || null };
  }

  async imageId(image: string, o: Wait): Promise<string | null> {
    const argv = ['docker', 'image', 'inspect', '--format', '{{.Id}}', image] as const;
    const result = await this.docker.run('read', argv, o);
    return result.exitCode === 0 ? result.stdout.trim() : null;
  }

  async receive(
    image: string,
    from: ContainerHost,
    o: Wait & { onBytes: (bytes: number) => void },
  ): Promise<void> {
    if (!(from instanceof DockerContainers))
      throw new AppError('ASSERTION', { message: 'an image comes from another Docker engine' });
    await copyImage(image, { from: from.docker, to: this.docker }, o);
  }

  async removeImage(image: string, o: Wait): Promise<void> {
    const result = await this.docker.run('act', ['docker', 'image', 'rm', image], o);
    if (result.exitCode !== 0 && !/No such image/i.test(result.stderr)) throw refused(result);
  }

  async volumes(names: readonly string[], o: Wait): Promise<string[]> {
    const result = await this.docker.require('read', ['docker', 'volume', 'ls', '--quiet'], o);
    const all = new Set(result.stdout.split('\n'));
    return names.filter((name) => all.has(name));
  }

  async readFiles(path: string, image: string, o: Wait): Promise<Map<string, HostFile>> {
    const run = { ...o, maxOutputBytes: MAX_FILES_BYTES };
    const { stdout } = await this.#throwAway(
      'read',
      { image, mount: path, script: READ_FILES, args: ['/host'] },
      run,
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    return new Map(
      lines.map((line) => {
        const [mode = '', uid = '', gid = '', content = '', ...rest] = line.split(' ');
        return [posix.join(path, rest.join(' ')), fileOf(mode, uid, gid, content)];
      }),
    );
  }

  async readFile(path: string, image: string, o: Wait): Promise<HostFile | null> {
    const run = { ...o, maxOutputBytes: MAX_FILES_BYTES };
    const inside = {
      image,
      mount: posix.dirname(path),
      script: READ_FILE,
      args: [posix.join('/host', posix.basename(path))],
    };
    const result = await this.#tryThrowAway('read', inside, run);
    if (result.exitCode !== 0 && !/source path does not exist/.test(result.stderr)) throw refused(result);
    const [mode = '', uid = '', gid = '', content] = result.stdout.trim().split(' ');
    return content === undefined ? null : fileOf(mode, uid, gid, content);
  }

  async createFile(path: string, file: HostFile, image: string, o: Wait): Promise<void> {
    const args = [
      posix.join('/host', posix.basename(path)),
      file.mode.toString(8),
      String(file.uid),
      String(file.gid),
    ];
    const inside = { image, mount: posix.dirname(path), script: CREATE_FILE, args };
    const result = await this.#tryThrowAway('act', inside, { ...o, stdin: file.content });
    if (result.exitCode === EXISTS) {
      throw new AppError('GATE_FAILED', {
        message: `${path} exists already`,
        hint: 'It is not replaced. Look at it, move it away, then retry.',
        data: { path },
      });
    }
    if (result.exitCode !== 0) throw refused(result);
  }

  async removeFile(path: string, image: string, o: Wait): Promise<void> {
    const args = [posix.join('/host', posix.basename(path))];
    await this.#throwAway('act', { image, mount: posix.dirname(path), script: 'rm -f -- "$1"', args }, o);
  }

  create(recipe: ContainerRecipe, madeBy: string, o: Wait): Promise<void> {
    return recipe.compose === null ? this.#createAlone(recipe, madeBy, o) : this.#createByCompose(recipe, o);
  }

  async ownData(recipe: ContainerRecipe, owner: string, o: Wait): Promise<void> {
    const result = await this.#withVolumes('act', recipe, [OWN_DATA, 'sh', recipe.dataDirectory, owner], o);
    if (result.exitCode === NOT_EMPTY) {
      throw new AppError('GATE_FAILED', {
        message: `there are files already where ${recipe.name} would have its data`,
        detail: result.stderr.trim(),
        hint: 'Look at them. Move them away, or use the container that they belong to.',
      });
    }
    if (result.exitCode !== 0) throw refused(result);
  }

  async ownsData(recipe: ContainerRecipe, owner: string, o: Wait): Promise<boolean> {
    const result = await this.#withVolumes('read', recipe, [OWNS_DATA, 'sh', recipe.dataDirectory, owner], o);
    return result.stdout.trim() === 'yes';
  }

  #withVolumes(way: Way, recipe: ContainerRecipe, script: readonly string[], o: Wait): Promise<RunResult> {
    const argv = [
      'docker', 'run', '--rm', '--network', 'none', '--user', '0', '--label', `${TOOLS_LABEL}=${recipe.name}`,
      '--volumes-from', recipe.name, '--entrypoint', 'sh', recipe.image, '-c', ...script,
    ] as const; // prettier-ignore
    return this.docker.run(way, argv, o);
  }

  async #createAlone(recipe: ContainerRecipe, madeBy: string, o: Wait): Promise<void> {
    const [program = 'docker', ...words] = createArguments(recipe, { [MADE_BY_LABEL]: madeBy });
    await this.docker.require('act', [program, ...words], o);
  }

  /** Its labels are Compose's own: that nobody had started it tells that it is the one that was made. */
  async #createByCompose(recipe: ContainerRecipe, o: Wait): Promise<void> {
    const engine = await this.engine(o);
    const [program, ...words] = engine?.compose ?? [];
    if (program === undefined || recipe.compose === null)
      throw new AppError('WORLD_CHANGED', { message: 'Compose is not installed on the host any more' });
    const { project, file, service } = recipe.compose;
    const argv = [
      program,
      ...words,
      '-p',
      project,
      '-f',
      file,
      'up',
      '--no-start',
      '--no-deps',
      service,
    ] as const;
    await this.docker.require('act', argv, o);
  }

  async remove(recipe: ContainerRecipe, madeBy: string, volumes: readonly string[], o: Wait): Promise<void> {
    const found = await this.container(recipe.name, o);
    if (found !== null && (found.wasStarted || (recipe.compose === null && found.madeBy !== madeBy))) {
      throw new AppError('WORLD_CHANGED', {
        message: `container ${recipe.name} is not the one that was made: it stays`,
        hint: 'Look at it on the server.',
      });
    }
    const script = `image=$1; name=$2; shift 2
for c in "tandem-tools-$name" "$name"; do docker rm -f "$c" >/dev/null 2>&1; done
for v; do
  inside=$(docker run --rm --network none --user 0 --volume "$v:/v" --entrypoint find "$image" /v -mindepth 1 -maxdepth 1 ! -name .local) || exit 1
  [ -z "$inside" ] || { echo "volume $v is not empty" >&2; exit 1; }
  docker volume rm "$v" >/dev/null || exit 1
done`;
    const argv = ['sh', '-c', script, 'sh', recipe.image, recipe.name, ...volumes] as const;
    await this.docker.require('act', argv, o);
  }

  async #inspect(name: string, format: string, o: Wait): Promise<string | null> {
    const result = await this.docker.run(
      'read',
      ['docker', 'container', 'inspect', '--format', format, name],
      o,
    );
    if (result.exitCode === 0) return result.stdout.trimEnd();
    if (/No such container/i.test(result.stderr)) return null;
    throw refused(result);
  }

  async #directories({ container }: RecipeFacts, o: Wait): Promise<Set<string>> {
    const bound = container.mounts.filter((m) => m.type === 'bind');
    const argv = [
      'docker', 'run', '--rm', '--network', 'none', '--user', '0', '--label', `${TOOLS_LABEL}=${container.name}`,
      '--volumes-from', `${container.name}:ro`, '--entrypoint', 'sh', container.imageId, '-c', DIRECTORIES, 'sh',
      ...bound.map((m) => m.destination),
    ] as const; // prettier-ignore
    if (bound.length === 0) return new Set();
    const lines = (await this.docker.require('read', argv, o)).stdout.split('\n');
    return new Set(bound.filter((m) => lines.includes(m.destination)).map((m) => m.source));
  }

  async #imageCommand(imageId: string, o: Wait): Promise<string[] | null> {
    const argv = [
      'docker',
      'image',
      'inspect',
      '--format',
      '{{range .Config.Cmd}}{{println .}}{{end}}',
      imageId,
    ] as const;
    const { stdout } = await this.docker.require('read', argv, o);
    return stdout.split('\n').filter((line) => line !== '');
  }

  async #composeFile({ container }: RecipeFacts, o: Wait): Promise<string | null> {
    const path = composeFileOf(container.labels);
    if (path === null) return null;
    return (await this.readFile(path, container.imageId, o))?.content.toString() ?? null;
  }

  async #throwAway(way: Way, inside: ThrowAway, o: RunOptions): Promise<RunResult> {
    const result = await this.#tryThrowAway(way, inside, o);
    if (result.exitCode !== 0) throw refused(result);
    return result;
  }

  #tryThrowAway(way: Way, inside: ThrowAway, o: RunOptions): Promise<RunResult> {
    return runThrowAway(this.docker, way, inside, o);
  }
}

const fileOf = (mode: string, uid: string, gid: string, content: string): HostFile => ({
  content: Buffer.from(content, 'base64'),
  mode: parseInt(mode, 8),
  uid: Number(uid),
  gid: Number(gid),
});

function ifNoEngine(thrown: unknown): null {
  if (thrown instanceof AppError && thrown.code === 'COMMAND_FAILED') return null;
  throw thrown;
}

function refused({ stderr, exitCode }: RunResult): AppError {
  return new AppError('COMMAND_FAILED', {
    message: 'the Docker engine refused',
    detail: stderr.trim().slice(-1_000),
    data: { exitCode },
  });
}
