import { hookEnvironment, type HookEvent, type PinnedShellCall } from '#server/domain/change-hook.ts';
import { commandWords } from '#server/domain/command-words.ts';
import type { HookCheck } from '#server/ports/hook-calls.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { HostJobState, Wait } from '#server/ports/postgres-runtime.ts';
import { HostJobs } from '../runtimes/on-host/host-job.ts';

/**
 * $1 seconds; the command follows. It does not hold the job's lock, so that a service that it starts
 * cannot hold it for ever; the host itself ends it at its time, also when nobody watches any more.
 */
const LIMITED = 'exec 8>&-; exec timeout -k 5 "$@"';
const CHECK_OUTPUT_BYTES = 4_096;

type Words = readonly [string, ...string[]];

function wordsOf(line: string, mode: PinnedShellCall['mode'], field: string): Words {
  return mode === 'script' ? ['/bin/sh', '-c', line] : commandWords(line, field);
}

/** Variables go as words of `env`: sudo on the way would drop an environment. */
function withEvent(words: Words, event: HookEvent): Words {
  return [
    'env',
    ...Object.entries(hookEnvironment(event)).map(([name, value]) => `${name}=${value}`),
    ...words,
  ];
}

/** Commands of hooks on one server: detached like every long command, so their end can be read after a crash. */
export class HookCommands {
  readonly #read: HostTransport;
  readonly #acting: HostJobs;
  readonly #looking: HostJobs;
  readonly #owner: string;

  constructor(o: { read: HostTransport; act: HostTransport; owner: string }) {
    this.#read = o.read;
    this.#owner = o.owner;
    this.#acting = new HostJobs(o.act, o.owner);
    this.#looking = new HostJobs(o.read, o.owner);
  }

  start(
    job: string,
    command: PinnedShellCall,
    o: Wait & { event: HookEvent; seconds: number },
  ): Promise<void> {
    const words = withEvent(wordsOf(command.line, command.mode, 'line'), o.event);
    return this.#acting.start(job, ['sh', '-c', LIMITED, 'sh', String(o.seconds), ...words], {}, o);
  }

  state(job: string, fromByte: number, o: Wait & { endWithinMs?: number }): Promise<HostJobState> {
    return this.#looking.state(job, fromByte, o);
  }

  cancel(job: string, o: Wait): Promise<void> {
    return this.#acting.cancel(job, o);
  }

  /** The harmless check; without one, whether the user may be acted as and the program is there. */
  async check(command: PinnedShellCall, o: Wait & { event: HookEvent }): Promise<HookCheck> {
    const seconds = String(Math.max(1, Math.round(o.timeoutMs / 1_000)));
    const words: Words =
      command.check === null
        ? presence(command)
        : [
            'timeout',
            '-k',
            '2',
            seconds,
            ...withEvent(wordsOf(command.check, command.mode, 'check'), o.event),
          ];
    const { exitCode, stdout, stderr, durationMs } = await this.#read.run(
      { argv: words, runAs: this.#owner },
      { signal: o.signal, timeoutMs: o.timeoutMs + 3_000, maxOutputBytes: CHECK_OUTPUT_BYTES },
    );
    if (exitCode === 0)
      return { state: command.check === null ? 'reachable' : 'answers', detail: `exit code 0`, durationMs };
    const said = lastLine(stderr) ?? lastLine(stdout);
    const what =
      command.check === null ? `${wordsOf(command.line, command.mode, 'line')[0]} is not there` : said;
    const detail = `exit code ${exitCode}${what === null ? '' : `: ${what}`}`;
    return { state: 'fails', detail, durationMs };
  }
}

/** Finds the program without running it. */
function presence({ line, mode }: PinnedShellCall): Words {
  return ['sh', '-c', 'command -v -- "$1" >/dev/null', 'sh', wordsOf(line, mode, 'line')[0]];
}

function lastLine(text: string): string | null {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? null : line.slice(0, 200);
}
