import type { Secret } from '#server/domain/secret.ts';
import { AppError, toAppError } from '#server/errors/app-error.ts';
import type { HostTransport, RunResult } from '#server/ports/host-transport.ts';
import { configDirectoryOf, type InstanceLocation } from '#server/domain/instance-location.ts';
import type { LocaleLibrary } from '#server/domain/locale-library.ts';
import type {
  Autostart,
  ControlData,
  HostJobState,
  PostgresRuntime,
  HelperControl,
  StartGateControl,
  StopMode,
  StopState,
  Wait,
} from '#server/ports/postgres-runtime.ts';
import { hostStartGate } from '../start-gate/host-start-gate.ts';
import { HostJobs } from './host-job.ts';
import { parseControlData } from './parse-control-data.ts';
import { psqlError } from './psql-error.ts';
import { FIELD_SEPARATOR, parseRows, psqlScript, ROW_SEPARATOR } from './psql-script.ts';
import type { ServerControl } from './server-control.ts';
import { LOCALE_LIBRARY, POSTMASTER, RECOVER, readStopState } from './server-scripts.ts';

/** pg_isready's own limit, s: a frozen postmaster takes the connection and never answers. */
const READY_TIMEOUT_S = 3;
const LOG_LINES_IN_ERRORS = 20;
const MAX_TOOL_OUTPUT_BYTES = 8 * 1024 ** 2;

type Runs = Pick<HostTransport, 'run' | 'require'>;

/** Where programs run that talk to the living server: its sockets and its processes must be there. */
export interface ServerReach {
  read: Runs;
  act: Runs;
  /** The arguments of a client program, led to the server. */
  toServer(argv: Argv): Argv;
}
type Argv = readonly [string, ...string[]];

/** A server whose data directory lies on the host, with PostgreSQL's programs beside it; `control` starts and stops it. */
export class HostRuntime implements PostgresRuntime {
  readonly location: InstanceLocation;
  readonly startGate: StartGateControl | null;
  readonly helper: HelperControl | null;
  readonly #read: HostTransport;
  readonly #act: HostTransport;
  readonly #control: ServerControl;
  readonly #reach: ServerReach;
  readonly #jobs: { read: HostJobs; act: HostJobs };
  #superuser: string | null = null;

  /** `act` carries everything that changes the host: the fenced transport inside an operation. */
  constructor(
    location: InstanceLocation,
    transports: { read: HostTransport; act: HostTransport },
    control: ServerControl,
    reach: ServerReach = { ...transports, toServer: (argv) => [...argv, ...onHost(location)] },
    host: { read: HostTransport; act: HostTransport } = transports,
  ) {
    this.location = location;
    this.helper = control.helper ?? null;
    this.startGate = hostStartGate(location, host);
    this.#control = control;
    this.#reach = reach;
    this.#read = transports.read;
    this.#act = transports.act;
    const { osOwner } = location;
    this.#jobs = { read: new HostJobs(transports.read, osOwner), act: new HostJobs(transports.act, osOwner) };
  }

  #script(transport: HostTransport, script: string, args: readonly string[], o: Wait): Promise<RunResult> {
    return transport.run(
      { argv: ['sh', '-c', script, 'sh', ...args], runAs: this.location.osOwner, cwd: '/' },
      o,
    );
  }

  start(o: Wait): Promise<void> {
    return this.#control.start(o).catch((thrown: unknown) => this.#explain(thrown, 'did not start', o));
  }

  stop(o: Wait & { mode: StopMode }): Promise<void> {
    return this.#control
      .stop(o)
      .catch((thrown: unknown) => this.#explain(thrown, `did not stop (${o.mode})`, o));
  }

  /** What the command complained about, and the end of the server's log. */
  async #explain(thrown: unknown, what: string, o: Wait): Promise<never> {
    const error = toAppError(thrown);
    if (error.code !== 'COMMAND_FAILED') throw error;
    const log = await this.readLogTail(LOG_LINES_IN_ERRORS, o).catch(() => '');
    throw new AppError('COMMAND_FAILED', {
      message: `PostgreSQL in ${this.location.dataDirectory} ${what}`,
      detail: `${error.detail ?? ''}\n${log}`.trim(),
      hint: 'The end of its log says why.',
      data: error.data,
      cause: error,
    });
  }

  async isRegistered(o: Wait): Promise<boolean> {
    return (await this.#control.registration?.isRegistered(o)) ?? true;
  }

  async register(o: Wait): Promise<void> {
    await this.#control.registration?.register(o);
  }

  async unregister(o: Wait): Promise<void> {
    await this.#control.registration?.unregister(o);
  }

  autostart(o: Wait): Promise<Autostart> {
    return this.#control.autostart(o);
  }

  setAutostart(on: boolean, o: Wait): Promise<void> {
    return this.#control.setAutostart(on, o);
  }

  readLogTail(lines: number, o: Wait): Promise<string> {
    return this.#control.readLogTail(lines, o);
  }

  async localeLibrary(o: Wait): Promise<LocaleLibrary> {
    const argv = ['sh', '-c', LOCALE_LIBRARY, 'sh', this.location.binDirectory] as const;
    const { stdout } = await this.#read.require({ argv, cwd: '/' }, o);
    const [libc = '', icu = '', ...locales] = stdout.split('\n');
    return { libc: libc || null, icu: icu || null, locales: locales.filter((name) => name !== '') };
  }

  reload(o: Wait): Promise<void> {
    return this.#tell('reload', o);
  }

  promote(o: Wait): Promise<void> {
    return this.#tell('promote', o);
  }

  async #tell(what: 'reload' | 'promote', o: Wait): Promise<void> {
    const { binDirectory, dataDirectory, osOwner } = this.location;
    await this.#reach.act.require(
      { argv: [`${binDirectory}/pg_ctl`, '-D', dataDirectory, '-s', '-W', what], runAs: osOwner, cwd: '/' },
      o,
    );
  }

  async isAcceptingConnections(o: Wait): Promise<boolean> {
    const { binDirectory, osOwner } = this.location;
    const argv = this.#reach.toServer([`${binDirectory}/pg_isready`, '-q', '-t', String(READY_TIMEOUT_S)]);
    return (await this.#reach.read.run({ argv, runAs: osOwner, cwd: '/' }, o)).exitCode === 0;
  }

  async controlData(o: Wait): Promise<ControlData | null> {
    const { binDirectory, dataDirectory, osOwner } = this.location;
    const argv = [`${binDirectory}/pg_controldata`, '-D', dataDirectory] as const;
    const result = await this.#read.run({ argv, runAs: osOwner, cwd: '/' }, o);
    if (result.exitCode === 0) return parseControlData(result.stdout);
    if (/No such file or directory/.test(result.stderr)) return null;
    throw new AppError('COMMAND_FAILED', {
      message: `the control file of ${dataDirectory} cannot be read`,
      detail: lastLines(result.stderr),
      data: { exitCode: result.exitCode },
    });
  }

  async stopState(o: Wait): Promise<StopState> {
    if (this.#control.stopState !== undefined) return this.#control.stopState(o);
    const { binDirectory, dataDirectory } = this.location;
    return readStopState(
      (await this.#requireScript(POSTMASTER, [binDirectory, dataDirectory], o)).stdout,
      dataDirectory,
    );
  }

  async #requireScript(script: string, args: readonly string[], o: Wait): Promise<RunResult> {
    return this.#read.require(
      { argv: ['sh', '-c', script, 'sh', ...args], runAs: this.location.osOwner, cwd: '/' },
      o,
    );
  }

  async superuserSql(
    sql: string,
    variables: Readonly<Record<string, string | Secret>>,
    o: Wait & { reads?: boolean },
  ): Promise<string[][]> {
    const script = psqlScript(sql, variables);
    const candidates = this.#superuser === null ? await this.#superusers(o) : [this.#superuser];
    let refused: AppError | null = null;
    for (const user of new Set(candidates)) {
      const result = await this.#psql(user, script, o);
      if (result.exitCode === 0) {
        this.#superuser = user;
        return parseRows(result.stdout);
      }
      const error = psqlError(result, variables);
      if (error.code !== 'PG_AUTHENTICATION_FAILED') throw error;
      refused ??= error;
    }
    throw refused ?? new AppError('ASSERTION', { message: 'no superuser was tried' });
  }

  async #superusers(o: Wait): Promise<string[]> {
    const told = (await this.#control.superusers?.(o)) ?? [];
    const { superuser, osOwner } = this.location;
    return [...(superuser === undefined ? [] : [superuser]), ...told, osOwner, 'postgres'];
  }

  #psql(
    user: string,
    script: Secret,
    { reads = false, ...o }: Wait & { reads?: boolean },
  ): Promise<RunResult> {
    const { binDirectory, osOwner } = this.location;
    const options = [
      '-X',
      '-A',
      '-t',
      '-q',
      '-w',
      '-F',
      FIELD_SEPARATOR,
      '-R',
      ROW_SEPARATOR,
      '-v',
      'ON_ERROR_STOP=1',
      '-v',
      'VERBOSITY=verbose',
    ];
    const psql = [`${binDirectory}/psql`, ...options, '-U', user, '-d', 'postgres', '-f', '-'] as const;
    return this.#reach[reads ? 'read' : 'act'].run(
      {
        argv: this.#reach.toServer(psql),
        runAs: osOwner,
        cwd: '/',
        env: {
          PGCONNECT_TIMEOUT: String(Math.min(10, Math.ceil(o.timeoutMs / 1_000))),
          PGCLIENTENCODING: 'UTF8',
          PGAPPNAME: 'tandem',
          ...(reads ? { PGOPTIONS: '-c default_transaction_read_only=on' } : {}),
        },
      },
      { ...o, stdin: script },
    );
  }

  async startTool(
    job: string,
    tool: 'pg_basebackup' | 'pg_rewind',
    args: readonly string[],
    o: Wait & { env?: Record<string, string> },
  ): Promise<void> {
    await this.#jobs.act.start(job, [`${this.location.binDirectory}/${tool}`, ...args], o.env ?? {}, o);
  }

  toolState(job: string, fromByte: number, o: Wait & { endWithinMs?: number }): Promise<HostJobState> {
    return this.#jobs.read.state(job, fromByte, o);
  }

  cancelTool(job: string, o: Wait): Promise<void> {
    return this.#jobs.act.cancel(job, o);
  }

  async runTool(
    tool: 'pg_rewind' | 'pg_waldump',
    args: readonly string[],
    { onOutput, ...o }: Wait & { onOutput?: (text: string) => void },
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const { binDirectory, osOwner } = this.location;
    const hear = (stream: 'stdout' | 'stderr', text: string): void => {
      if (stream === 'stdout') onOutput?.(text);
    };
    return this.#act.run(
      { argv: [`${binDirectory}/${tool}`, ...args], runAs: osOwner, cwd: '/' },
      { ...o, maxOutputBytes: MAX_TOOL_OUTPUT_BYTES, onOutput: hear },
    );
  }

  /** The script looks at processes of its own host alone; a control of another kind knows better. */
  async #requireStopped(o: Wait): Promise<void> {
    const state = await this.#control.stopState?.(o);
    if (state !== 'running' && state !== 'writes-ended') return;
    throw new AppError('WORLD_CHANGED', {
      message: `the server of ${this.location.dataDirectory} runs: it cannot be recovered in single-user mode`,
    });
  }

  async recover(o: Wait): Promise<void> {
    const { binDirectory, dataDirectory } = this.location;
    await this.#requireStopped(o);
    const config = `${configDirectoryOf(this.location)}/postgresql.conf`;
    const result = await this.#script(this.#act, RECOVER, [binDirectory, dataDirectory, config], o);
    if (result.exitCode === 0) return;
    throw new AppError('COMMAND_FAILED', {
      message: `crash recovery of ${dataDirectory} failed`,
      detail: lastLines(result.stderr || result.stdout),
      hint: 'A new base backup does not need it.',
      data: { exitCode: result.exitCode },
    });
  }
}

function onHost({ socketDirectory, port }: InstanceLocation): string[] {
  return ['-h', socketDirectory ?? '127.0.0.1', '-p', String(port)];
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-LOG_LINES_IN_ERRORS).join('\n');
}
