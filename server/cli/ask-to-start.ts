import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { isSet, textOf, textsOf, type Options } from './options.ts';

/** What a person must give before something starts; the same as on the web page. */
export interface Demand {
  /** Text to type exactly; null = a yes is enough. */
  word: string | null;
  ticks: readonly { code: string; text: string }[];
  reasonRequired: boolean;
}

export interface Given {
  confirmation: string | null;
  ticks: string[];
  reason: string | null;
}

export const CONFIRM_OPTIONS = [
  ['--confirm <text>', 'the text that the page asks to type, exactly'],
  ['--accept <code>', 'the code of a sentence that the page asks to tick; may be repeated …'],
  ['--reason <text>', 'why; kept with the run and in the audit log'],
] as const;

/**
 * Collects the confirmation from the options, or from the person at the terminal. `--yes` stands
 * for nothing but a plain yes: a text is typed or given, each sentence accepted by its code.
 */
export async function askToStart(cli: Cli, demand: Demand, options: Options): Promise<Given> {
  const given: Given = {
    reason: textOf(options, 'reason') ?? (demand.reasonRequired ? await ask(cli, 'Reason: ') : null),
    ticks: await accepted(cli, demand, options),
    confirmation: await typedWord(cli, demand, options),
  };
  const missing = missingParts(demand, given);
  if (missing.length > 0) throw notConfirmed(demand, missing);
  const asksNothing = demand.word === null && demand.ticks.length === 0;
  if (asksNothing && !isSet(options, 'yes') && !isYes(await ask(cli, 'Start? [y/N] '))) {
    throw notConfirmed(demand, ['--yes']);
  }
  return given;
}

async function accepted(cli: Cli, demand: Demand, options: Options): Promise<string[]> {
  const codes = textsOf(options, 'accept');
  for (const tick of demand.ticks) {
    if (!codes.includes(tick.code) && isYes(await ask(cli, `${tick.text} [y/N] `))) codes.push(tick.code);
  }
  return codes.filter((code) => demand.ticks.some((tick) => tick.code === code));
}

async function typedWord(cli: Cli, { word }: Demand, options: Options): Promise<string | null> {
  if (word === null) return null;
  const typed = textOf(options, 'confirm') ?? (await ask(cli, `Type ${word} to confirm: `));
  return typed?.trim() ?? null;
}

function missingParts(demand: Demand, given: Given): string[] {
  const word = demand.word !== null && given.confirmation !== demand.word;
  return [
    ...(word ? [`--confirm ${JSON.stringify(demand.word)}`] : []),
    ...demand.ticks.filter((tick) => !given.ticks.includes(tick.code)).map((tick) => `--accept ${tick.code}`),
    ...(demand.reasonRequired && (given.reason ?? '').trim() === '' ? ['--reason TEXT'] : []),
  ];
}

async function ask(cli: Cli, question: string): Promise<string | null> {
  return cli.terminal.interactive && !cli.json ? cli.terminal.ask(question, false) : null;
}

const isYes = (answer: string | null): boolean => /^y(es)?$/i.test(answer?.trim() ?? '');

function notConfirmed(demand: Demand, missing: string[]): CliError {
  return new CliError(EXIT.confirmation, {
    code: 'NOT_CONFIRMED',
    message: `nothing was started; missing: ${missing.join(' ')}`,
    detail: demand.ticks.map((tick) => `${tick.code}: ${tick.text}`).join('\n') || undefined,
    facts: { confirmation: demand },
  });
}
