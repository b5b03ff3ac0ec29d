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

  /** As `run`, with a fixed script; a non-zero exit is COMMAND_FAILED. */
  async script(way: Way, script: string, args: readonly string[], o: RunOptions): Promise<RunResult> {
    const command: Command = { argv: ['sh', '-c', script, 'sh', ...args], ...(await this.#account(o)) };
    return this.transports[way].require(command, o);
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
  /^(Error response from daemon|Error): .*(is not running|is restarting|is paused|No such container|container .* is not found)/im;

/** True when a `docker exec` did not start its command, because the container is not there or does not run. */
export function wasNotEntered(result: RunResult): boolean {
  return result.exitCode !== 0 && result.stdout === '' && NOT_ENTERED.test(result.stderr);
}
