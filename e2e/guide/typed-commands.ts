import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { tandemCommand } from '#e2e/integration/tandem/tandem-command.ts';

/** Exit status of a command that a gate refused, and of one that lacks a confirmation. */
const REFUSED = 3;
const NOT_CONFIRMED = 4;
/** The look changes while an old primary is being fenced; more often than that is a fault. */
const MOST_QUESTIONS = 4;

const zMissing = z.object({
  confirmation: z.object({
    word: z.string().nullable(),
    ticks: z.array(z.object({ code: z.string() })),
    reasonRequired: z.boolean(),
  }),
});

/** A command of Tandem's as a person types it. */
export interface Typed {
  words: readonly string[];
  /** What was asked for beside the name of the command: arguments, values of options, lines of a file. */
  values: number;
}

/** Calls `tandem` as a person would at a terminal, and counts what that person gave. */
export class TypedCommands {
  readonly #environment: Record<string, string>;
  readonly #calls: Typed[] = [];

  constructor(environment: Record<string, string>) {
    this.#environment = environment;
  }

  /** What was typed since the last time this was asked. */
  take(): Typed[] {
    return this.#calls.splice(0);
  }

  /** Runs it and reads its document; any other exit status than 0 is an error. `inFile` = values in a file that it names. */
  async call(words: readonly string[], o: { inFile?: number } = {}): Promise<unknown> {
    const answer = await this.#run(words, o.inFile ?? 0);
    if (answer.code !== 0) throw failed(words, answer);
    return JSON.parse(answer.out) as unknown;
  }

  /** Repeats a look until it shows what is waited for; it counts once, as `pair watch` would. */
  async look(
    words: readonly string[],
    isIt: (document: unknown) => boolean,
    timeoutMs: number,
  ): Promise<unknown> {
    this.#count(words, 0);
    return repeat(words.join(' '), timeoutMs, async () => {
      const answer = await this.#start(words);
      if (answer.code !== 0) throw failed(words, answer);
      const document = JSON.parse(answer.out) as unknown;
      return isIt(document) ? document : null;
    });
  }

  /**
   * Starts a run and gives what it asks to confirm, which may be something else after the next look; answers
   * its document when it has succeeded. While a gate refuses, it is asked again, which counts once.
   */
  async start(
    words: readonly string[],
    o: { inFile?: number; reason: string; timeoutMs?: number },
  ): Promise<unknown> {
    let wanted = [...words, '--yes'];
    for (let n = 0; n < MOST_QUESTIONS; n += 1) {
      this.#count(wanted, n === 0 ? (o.inFile ?? 0) : 0);
      const answer = await this.#untilNotRefused(wanted, o.timeoutMs ?? 60_000);
      const document = JSON.parse(answer.out) as unknown;
      if (answer.code === 0) return document;
      wanted = [...words, ...confirmed(document, o.reason)];
    }
    throw new Error(`asked for another confirmation each time: tandem ${words.join(' ')}`);
  }

  #untilNotRefused(words: readonly string[], timeoutMs: number) {
    return repeat(words.join(' '), timeoutMs, async () => {
      const answer = await this.#start(words);
      if (answer.code === REFUSED) return null;
      if (answer.code === 0 || answer.code === NOT_CONFIRMED) return answer;
      throw failed(words, answer);
    });
  }

  #count(words: readonly string[], inFile: number): void {
    this.#calls.push({ words, values: valuesOf(words) + inFile });
  }

  #run(words: readonly string[], inFile: number) {
    this.#count(words, inFile);
    return this.#start(words);
  }

  #start(words: readonly string[]) {
    return tandemCommand(this.#environment, [...words, '--json']);
  }
}

/** The options that give what was asked for. */
function confirmed(document: unknown, reason: string): string[] {
  const { word, ticks, reasonRequired } = zMissing.parse(document).confirmation;
  return [
    ...(word === null ? ['--yes'] : ['--confirm', word]),
    ...ticks.flatMap((tick) => ['--accept', tick.code]),
    ...(reasonRequired ? ['--reason', reason] : []),
  ];
}

/** Everything but the name of the command, in at most two words, and the names of options that have a value. */
function valuesOf(words: readonly string[]): number {
  const [first = '', second = ''] = words;
  const name =
    ['pair', 'server', 'slot', 'hook', 'route', 'operation'].includes(first) && second !== '' ? 2 : 1;
  return words
    .slice(name)
    .filter((word, i, rest) => !word.startsWith('--') || (rest[i + 1] ?? '--').startsWith('--')).length;
}

async function repeat<T>(what: string, timeoutMs: number, ask: () => Promise<T | null>): Promise<T> {
  const deadlineAt = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() >= deadlineAt) throw new Error(`not within ${timeoutMs / 1_000} s: tandem ${what}`);
    await delay(500);
  }
}

function failed(words: readonly string[], answer: { code: number | null; out: string; err: string }): Error {
  const shown = `${answer.out}\n${answer.err}`.trim().split('\n').slice(-40).join('\n');
  return new Error(`tandem ${words.join(' ')}: exit status ${answer.code}\n${shown}`);
}
