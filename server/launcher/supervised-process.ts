import { spawn, type ChildProcess } from 'node:child_process';
import type { Log } from '#server/ports/log.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long starts again without a pause that grew. */
const STABLE_AFTER_MS = 60_000;
const STOP_GRACE_MS = 15_000;

export interface ProcessSpec {
  name: 'web' | 'worker';
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  log: Log;
}

/** One child that is started again when it dies, with growing pauses, until it is told to stop. */
export class SupervisedProcess {
  readonly #spec: ProcessSpec;
  #child: ChildProcess | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(spec: ProcessSpec) {
    this.#spec = spec;
  }

  /** Undefined between two lives. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { name, args, env, log } = this.#spec;
    const parent = new URL('./exit-with-parent.ts', import.meta.url).href;
    // A session of its own: Ctrl-C in the terminal reaches the launcher only, which stops in order.
    const child = spawn(process.execPath, ['--import', parent, ...args], {
      env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    const startedAtMs = performance.now();
    log.info({ name, childPid: child.pid }, 'process started');
    child.on('error', (error) => log.error({ name, err: error }, 'process cannot be started'));
    child.on('exit', (code, signal) => {
      this.#child = undefined;
      if (this.#stopping) return;
      this.#restartAfter(performance.now() - startedAtMs, { code, signal });
    });
  }

  /** Asks it to stop; kills it after 15 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const kill = setTimeout(() => this.killNow(), STOP_GRACE_MS);
    await ended;
    clearTimeout(kill);
  }

  /** Ends it and whatever it started. */
  killNow(): void {
    this.#stopping = true;
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      this.#spec.log.warn(
        { name: this.#spec.name, err: error },
        'process was gone before it could be killed',
      );
    }
  }

  #restartAfter(livedMs: number, exit: { code: number | null; signal: string | null }): void {
    if (livedMs > STABLE_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
    const { name, log } = this.#spec;
    log.error({ name, ...exit, livedMs: Math.round(livedMs), restartInMs: this.#pauseMs }, 'process died');
    this.#restart = setTimeout(() => this.start(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
