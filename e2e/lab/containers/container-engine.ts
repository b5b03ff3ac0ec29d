import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  requireProgram,
  runProgram,
  type ProgramResult,
  type RunProgramOptions,
} from '#e2e/lab/processes/run-program.ts';
import { until } from '#e2e/lab/processes/until.ts';

const WARDEN = fileURLToPath(new URL('./engine-warden.sh', import.meta.url));
const RUN_DIRECTORY = '/run/tandem-docker';
/** Survives runs: images are built once. */
export const CACHE_DIRECTORY = '/var/cache/tandem';
/** The `docker` of the PATH may be a client of another age than the engine. */
const CLIENT = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
const DAEMONS = ['/usr/sbin/dockerd', '/usr/bin/dockerd'];
const ENGINE_START_MS = 60_000;

type Argv = readonly [string, ...string[]];

/** A container engine for tests: the machine's own where one answers, else one that lives as long as its users. */
export class ContainerEngine {
  readonly #address: string;
  readonly #leave: () => Promise<void>;

  constructor(address: string, leave: () => Promise<void>) {
    this.#address = address;
    this.#leave = leave;
  }

  /** The command line of the client, for programs that stay open. */
  command(args: Argv): [string, ...string[]] {
    return [CLIENT, '-H', this.#address, ...args];
  }

  /** Runs the client; resolves with any exit code. */
  run(args: Argv, o: RunProgramOptions = {}): Promise<ProgramResult> {
    return runProgram(this.command(args), { ...o, elevated: false });
  }

  /** As `run`; a non-zero exit code is an error. */
  require(args: Argv, o: RunProgramOptions = {}): Promise<ProgramResult> {
    return requireProgram(this.command(args), { ...o, elevated: false });
  }

  /** Lets go of the engine: the last user of an engine of our own ends it, with everything that it runs. */
  stop(): Promise<void> {
    return this.#leave();
  }
}

const usualAddress = (): string => process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';

/** Whether this machine has a container engine that this user may use. */
export const usualEngineAnswers = (): Promise<boolean> => answers(usualAddress());

/**
 * An engine that answers on the machine's usual socket is used as it is; else one with files, sockets and
 * data of its own is started, which needs root and the package docker.io.
 */
export async function startContainerEngine(): Promise<ContainerEngine> {
  const usual = usualAddress();
  if (await answers(usual)) return new ContainerEngine(usual, () => Promise.resolve());
  const daemon = DAEMONS.find((file) => existsSync(file));
  if (daemon === undefined) throw new Error('no container engine: apt-get install docker.io');
  await mkdir(RUN_DIRECTORY, { recursive: true, mode: 0o700 });
  const leave = await useEngine();
  const address = `unix://${RUN_DIRECTORY}/docker.sock`;
  const env = { ...process.env, DOCKER: CLIENT, DOCKERD: daemon };
  const startWarden = () =>
    requireProgram(
      ['setsid', '--fork', 'sh', '-c', 'exec "$@" </dev/null >/dev/null 2>&1', 'sh', 'sh', WARDEN, RUN_DIRECTORY, path.join(CACHE_DIRECTORY, 'docker')],
      { elevated: false, env, cwd: '/' },
    ); // prettier-ignore
  try {
    // Asked again and again: the warden of the last users may be on its way out.
    await until(
      'the container engine answers',
      async () => {
        if (await answers(address)) return true;
        await startWarden();
        return false;
      },
      { timeoutMs: ENGINE_START_MS, everyMs: 300 },
    );
  } catch (thrown) {
    const log = await readFile(path.join(RUN_DIRECTORY, 'dockerd.log'), 'utf8').catch(() => '');
    await leave();
    throw new Error(`${String(thrown)}\n${log.split('\n').slice(-15).join('\n')}`, { cause: thrown });
  }
  return new ContainerEngine(address, leave);
}

async function answers(address: string): Promise<boolean> {
  const asked = runProgram([CLIENT, '-H', address, 'version'], { elevated: false, timeoutMs: 5_000 });
  return asked.then(
    (result) => result.exitCode === 0,
    () => false,
  );
}

/** Holds a shared lock until it is let go or this process is gone, however it ended. */
async function useEngine(): Promise<() => Promise<void>> {
  const hold = ['-s', path.join(RUN_DIRECTORY, 'users.lock'), 'sh', '-c', 'echo held; exec cat >/dev/null'];
  const child = spawn('flock', hold, { stdio: ['pipe', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the lock of the container engine cannot be had')));
  });
  return async () => {
    child.stdin.end();
    await until('the container engine is let go', () => child.exitCode !== null || child.signalCode !== null);
  };
}
