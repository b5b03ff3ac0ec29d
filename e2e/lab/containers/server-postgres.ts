import type { ProgramResult } from '#e2e/lab/processes/run-program.ts';
import type { ServerHost } from './server-host.ts';

/** A start gate may hold a start up for a minute. */
const START_MS = 150_000;

export interface ServerPostgresLocation {
  /** As its runtime calls it: `15/main`, `postgresql-15.service`. */
  name: string;
  /** The unit that systemd knows it by. */
  unit: string;
  port: number;
  dataDirectory: string;
  /** Of postgresql.conf and pg_hba.conf. */
  configDirectory: string;
}

/** One PostgreSQL on a practice server, run by systemd as `postgres`. */
export class ServerPostgres {
  readonly host: ServerHost;
  readonly location: ServerPostgresLocation;

  constructor(host: ServerHost, location: ServerPostgresLocation) {
    this.host = host;
    this.location = location;
  }

  get name(): string {
    return this.location.name;
  }

  async start(): Promise<void> {
    await this.host.require(['systemctl', 'start', this.location.unit], { timeoutMs: START_MS });
  }

  async stop(): Promise<void> {
    await this.host.require(['systemctl', 'stop', this.location.unit]);
  }

  /** SIGKILL to every process of the server at once; systemd sees a crash. */
  async kill(): Promise<void> {
    await this.#signal('KILL');
  }

  /** SIGSTOP of every process of the server. */
  async freezeAll(): Promise<void> {
    await this.#signal('STOP');
  }

  async thaw(): Promise<void> {
    await this.#signal('CONT');
  }

  /** The postmaster first, so that it cannot restart a child in between. */
  async #signal(signal: 'STOP' | 'CONT' | 'KILL'): Promise<void> {
    const script =
      'pid=$(head -n1 "$1/postmaster.pid") || exit 1; kill -"$2" "$pid" $(pgrep -P "$pid"); true';
    await this.host.require(['sh', '-c', script, 'sh', this.location.dataDirectory, signal]);
  }

  /** Whether the postmaster of postmaster.pid lives. */
  async isAlive(): Promise<boolean> {
    const script =
      'pid=$(head -n1 "$1/postmaster.pid" 2>/dev/null) && [ "$(readlink "/proc/$pid/cwd")" = "$1" ]';
    return (await this.host.run(['sh', '-c', script, 'sh', this.location.dataDirectory])).exitCode === 0;
  }

  /** SQL as the superuser over the local socket; unaligned rows, fields separated by `|`. */
  async sql(text: string, database = 'postgres'): Promise<string> {
    const result = await this.psql(text, database);
    if (result.exitCode !== 0) throw new Error(`psql on ${this.host.name}: ${result.stderr.trim()}`);
    return result.stdout.trim();
  }

  psql(text: string, database = 'postgres'): Promise<ProgramResult> {
    const options = ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-p', String(this.location.port)];
    return this.host.run([`${this.host.binDirectory}/psql`, ...options, '-d', database], {
      as: 'postgres',
      input: text,
    });
  }

  /** What systemd says of its unit. */
  async unitState(): Promise<string> {
    const show = ['systemctl', 'show', '-p', 'ActiveState', '--value', this.location.unit] as const;
    return (await this.host.require(show)).stdout.trim();
  }
}
