import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { LabHost } from './lab-host.ts';
import type { ProgramResult } from './run-program.ts';
import { until } from './until.ts';

/** The newest PostgreSQL that Debian's packages brought. */
export const LAB_MAJOR = newestMajor();
export const LAB_BIN_DIRECTORY = `/usr/lib/postgresql/${LAB_MAJOR}/bin`;

function newestMajor(): number {
  const base = '/usr/lib/postgresql';
  const majors = existsSync(base) ? readdirSync(base).map(Number).filter(Number.isInteger) : [];
  return Math.max(0, ...majors);
}

export interface LabPostgresLocation {
  name: string;
  port: number;
  dataDirectory: string;
  socketDirectory: string;
  logFile: string;
}

/** The conventional places of an instance on a practice host. */
export function labLocation(host: LabHost, name: string, port = host.postgresPort): LabPostgresLocation {
  const base = host.path(`/srv/postgres/${name}`);
  return {
    name,
    port,
    dataDirectory: `${base}/data`,
    socketDirectory: `${base}/run`,
    logFile: `${base}/log/postgresql.log`,
  };
}

/** One PostgreSQL server on a practice host, run with pg_ctl by the OS user `dba`. */
export class LabPostgres {
  readonly host: LabHost;
  readonly location: LabPostgresLocation;

  constructor(host: LabHost, location: LabPostgresLocation) {
    this.host = host;
    this.location = location;
  }

  get name(): string {
    return this.location.name;
  }

  async start(): Promise<void> {
    const { dataDirectory, logFile } = this.location;
    const pgCtl = ['-D', dataDirectory, '-l', logFile, '-w', '-s', 'start'];
    const started = await this.host.run([`${LAB_BIN_DIRECTORY}/pg_ctl`, ...pgCtl]);
    if (started.exitCode === 0) return;
    const { stdout } = await this.host.run(['tail', '-n', '15', logFile]);
    throw new Error(`PostgreSQL ${this.name} on ${this.host.name} did not start: ${started.stderr}${stdout}`);
  }

  async stop(mode: 'smart' | 'fast' | 'immediate' = 'fast'): Promise<void> {
    await this.host.require([
      `${LAB_BIN_DIRECTORY}/pg_ctl`,
      '-D',
      this.location.dataDirectory,
      '-w',
      '-s',
      '-m',
      mode,
      'stop',
    ]);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async reload(): Promise<void> {
    await this.host.require([
      `${LAB_BIN_DIRECTORY}/pg_ctl`,
      '-D',
      this.location.dataDirectory,
      '-s',
      'reload',
    ]);
  }

  /** SIGKILL to the postmaster and all its processes. */
  async kill(): Promise<void> {
    await this.#signal('KILL', 'all');
    await until(`PostgreSQL ${this.name} is gone`, async () => !(await this.isAlive()));
  }

  /** SIGSTOP of the postmaster alone: open sessions answer, new ones hang. */
  async freezePostmaster(): Promise<void> {
    await this.#signal('STOP', 'postmaster');
  }

  /** SIGSTOP of every process of the server. */
  async freezeAll(): Promise<void> {
    await this.#signal('STOP', 'all');
  }

  async thaw(): Promise<void> {
    await this.#signal('CONT', 'all');
  }

  /** Whether the postmaster of postmaster.pid lives. */
  async isAlive(): Promise<boolean> {
    const script = 'pid=$(head -n1 "$1/postmaster.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null';
    return (await this.host.run(['sh', '-c', script, 'sh', this.location.dataDirectory])).exitCode === 0;
  }

  /** The postmaster first, so that it cannot restart a child in between. */
  async #signal(signal: 'STOP' | 'CONT' | 'KILL', which: 'postmaster' | 'all'): Promise<void> {
    const script =
      'pid=$(head -n1 "$1/postmaster.pid") || exit 1; children=$(pgrep -P "$pid"); kill -s "$2" "$pid"; ' +
      'if [ "$3" = all ]; then for child in $children; do kill -s "$2" "$child" 2>/dev/null; done; fi; true';
    await this.host.require(['sh', '-c', script, 'sh', this.location.dataDirectory, signal, which]);
  }

  /** SQL as the superuser over the local socket; unaligned rows, fields separated by `|`. */
  async sql(text: string, database = 'postgres'): Promise<string> {
    const result = await this.psql(text, database);
    if (result.exitCode !== 0) throw new Error(`psql on ${this.host.name}: ${result.stderr.trim()}`);
    return result.stdout.trim();
  }

  psql(text: string, database = 'postgres'): Promise<ProgramResult> {
    const { socketDirectory, port } = this.location;
    return this.host.run(
      [
        `${LAB_BIN_DIRECTORY}/psql`,
        '-X',
        '-A',
        '-t',
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        socketDirectory,
        '-p',
        String(port),
        '-d',
        database,
      ],
      { input: text },
    );
  }

  /** The server's log file. */
  log(): Promise<string> {
    return readFile(this.host.outside(this.location.logFile), 'utf8');
  }
}
