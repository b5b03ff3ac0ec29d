import type { Cli } from './cli.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Options } from './options.ts';

/** One command of the table: what is typed, what it is for, what it does. */
export interface CommandRow {
  /** `pair show` */
  words: string;
  /** Arguments as commander writes them: `<pair>`, `[pair]`. */
  args: readonly string[];
  summary: string;
  /** Flags as commander writes them, and what they say. `…` at the end of a text = may be repeated. */
  options: readonly (readonly [flags: string, text: string])[];
  /** Answers the exit status; throws CliError and what the API throws. */
  run(cli: Cli, args: readonly string[], options: Options): Promise<ExitCode>;
}

/** For commands that start something. */
export const FOLLOW_OPTIONS = [
  ['--no-follow', 'start it and return at once'],
  ['--timeout <seconds>', 'how long to watch the run (default 3600); it goes on after that'],
] as const;

/** Stands for a plain yes; never for a text, a tick or a reason. */
export const YES_OPTION = ['--yes', 'do not ask whether to start; stands for no text or tick'] as const;
