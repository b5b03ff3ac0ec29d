import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Command, HostTransport, RunOptions, RunResult } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

export interface HostTransports {
  read: HostTransport;
  act: HostTransport;
}
/** `read` looks; `act` goes through the fence inside an operation. */
export type Way = keyof HostTransports;

/** The Docker engine of one host: as the login user where that may talk to it, else as root. */
export class DockerHost {
  readonly transports: HostTransports;
  #runAs: { runAs?: string } | null = null;

  constructor(transports: HostTransports) {
    this.transports = transports;
  }

  /** Runs a command that talks to the engine; resolves with any exit code. */
  async run(way: Way, argv: Command['argv'], o: RunOptions): Promise<RunResult> {
    return this.transports[way].run({ argv, ...(await this.#account(o)) }, o);
  }

  /** As `run`; a non-zero exit is COMMAND_FAILED. */
  async require(way: Way, argv: Command['argv'], o: RunOptions): Promise<RunResult> {
    return this.transports[way].require({ argv, ...(await this.#account(o)) }, o);
  }

  /** As `require`, with a fixed script. */
  async script(way: Way, script: string, args: readonly string[], o: RunOptions): Promise<RunResult> {
    return this.require(way, ['sh', '-c', script, 'sh', ...args], o);
  }

  /**
   * Runs a command inside a container, as `runAs` of that container. Null = the container is not there or does
   * not run, and nothing was started. Looks go through a shell that stays open in there: a `docker exec` of
   * its own costs a hundred milliseconds.
   *
   * `docker exec` does not pass on signals: the command inside gets a deadline of its own, so that nothing
   * outlives the answer that nobody waits for any more.
   */
  async enter(
    way: Way,
    inside: { container: string; user: string; home: string | null },
    command: Omit<Command, 'runAs' | 'through'>,
    o: RunOptions,
  ): Promise<RunResult | null> {
    const home = inside.home === null ? {} : { HOME: inside.home };
    const always = environmentOf({ LC_ALL: 'C', LANGUAGE: '', ...home });
    const into = ['--user', inside.user, '--workdir', command.cwd ?? '/', ...always] as const;
    const argv = ['timeout', '-k', '2', String(Math.ceil(o.timeoutMs / 1_000) + 1), ...command.argv] as const;
    if (way === 'act') {
      const stdin = o.stdin === undefined ? [] : ['--interactive'];
      const own = environmentOf(command.env ?? {});
      const line = ['docker', 'exec', ...stdin, ...into, ...own, inside.container, ...argv] as const;
      const result = await this.run('act', line, o);
      return isNotEntered(result) ? null : result;
    }
    const through = ['docker', 'exec', '--interactive', ...into, inside.container];
    try {
      return await this.transports.read.run(
        {
          argv,
          ...(command.env === undefined ? {} : { env: command.env }),
          through,
          ...(await this.#account(o)),
        },
        o,
      );
    } catch (thrown) {
      if (couldNotEnter(thrown)) return null;
      throw thrown;
    }
  }

  async #account(o: Wait): Promise<{ runAs?: string }> {
    if (this.#runAs !== null) return this.#runAs;
    const argv = ['docker', 'version', '--format', '{{.Server.Version}}'] as const;
    const asLogin = await this.transports.read.run({ argv }, o);
    if (asLogin.exitCode === 0) return (this.#runAs = {});
    const asRoot = await this.transports.read.run({ argv, runAs: 'root' }, o);
    if (asRoot.exitCode === 0) return (this.#runAs = { runAs: 'root' });
    throw new AppError('COMMAND_FAILED', {
      message: 'the Docker engine of the host does not answer',
      detail: asRoot.stderr.trim().split('\n').slice(-3).join('\n'),
      hint: 'Look at it on the server: systemctl status docker',
      data: { exitCode: asRoot.exitCode },
    });
  }
}

/** What the engine, not the command inside, says when a container cannot be entered. */
const NOT_ENTERED =
  /^(Error response from daemon|Error): .*(is not running|is restarting|is paused|No such container)/im;

function isNotEntered(result: RunResult): boolean {
  return result.exitCode !== 0 && result.stdout === '' && NOT_ENTERED.test(result.stderr);
}

/** Why no shell opened behind `docker exec`. */
function couldNotEnter(thrown: unknown): boolean {
  return (
    thrown instanceof AppError && thrown.code === 'COMMAND_FAILED' && NOT_ENTERED.test(thrown.detail ?? '')
  );
}

function environmentOf(variables: Readonly<Record<string, string | Secret>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${plain(name, value)}`]);
}

function plain(name: string, value: string | Secret): string {
  if (!(value instanceof Secret)) return value;
  throw new AppError('ASSERTION', {
    message: `a secret was given as environment variable ${name}; it may only be sent to standard input`,
  });
}
