import { Command, CommanderError } from 'commander';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { CommandRow } from './command-row.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { toCliError } from './to-cli-error.ts';

/** Makes what a command works with; asked only once a command runs. */
export type Connect = (row: CommandRow) => Promise<Cli['api']>;

/** Runs what was typed after `tandem`; answers the exit status and never rejects. */
export async function runCli(o: {
  words: readonly string[];
  commands: readonly CommandRow[];
  connect: Connect;
  terminal: Terminal;
}): Promise<ExitCode> {
  const json = o.words.includes('--json');
  let code: ExitCode = EXIT.ok;
  const program = createProgram(o.commands, o.terminal, async (row, args, options) => {
    const cli: Cli = { api: await o.connect(row), terminal: o.terminal, json };
    code = await row.run(cli, args, options);
  });
  try {
    await program.parseAsync([...o.words], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return fromCommander(thrown, json, o.terminal);
    return report(toCliError(thrown), json, o.terminal);
  }
}

type Action = (row: CommandRow, args: string[], options: Options) => Promise<void>;

function createProgram(commands: readonly CommandRow[], terminal: Terminal, action: Action): Command {
  const trimmed = (write: (line: string) => void) => (text: string) => write(text.replace(/\n$/, ''));
  const prepare = (command: Command): Command =>
    command
      .exitOverride()
      .configureOutput({ writeOut: trimmed(terminal.out), writeErr: trimmed(terminal.err) })
      .option('--json', 'print one JSON document on standard output');
  const program = prepare(new Command('tandem')).description(
    'Tandem from the command line. TANDEM_URL is the console, TANDEM_TOKEN or `tandem login` the token.',
  );
  const groups = new Map<string, Command>();
  for (const row of commands) {
    const [first = '', second] = row.words.split(' ');
    const parent = second === undefined ? program : (groups.get(first) ?? prepare(program.command(first)));
    if (second !== undefined) groups.set(first, parent.description(`commands for ${first}s`));
    const command = prepare(parent.command(second ?? first)).description(row.summary);
    for (const argument of row.args) command.argument(argument);
    for (const [flags, text] of row.options) addOption(command, flags, text);
    command.action(async (...received: unknown[]) => {
      const args = received.slice(0, row.args.length).map((each) => (typeof each === 'string' ? each : ''));
      await action(row, args, command.opts());
    });
  }
  return program;
}

/** A text that ends with an ellipsis belongs to an option that collects its values. */
function addOption(command: Command, flags: string, text: string): void {
  if (!text.endsWith('…')) return void command.option(flags, text);
  command.option(flags, text.slice(0, -1).trim(), (value: string, all: string[]) => [...all, value], []);
}

/** Help is no failure; every other complaint of the parser was printed by it and is a usage error. */
function fromCommander(thrown: CommanderError, json: boolean, terminal: Terminal): ExitCode {
  if (thrown.exitCode === 0) return EXIT.ok;
  const message = thrown.message.replace(/^error: /, '');
  if (json) report(new CliError(EXIT.usage, { code: 'USAGE', message }), json, terminal);
  return EXIT.usage;
}

function report(error: CliError, json: boolean, terminal: Terminal): ExitCode {
  const { code, message, detail, hint, exitCode, facts } = error;
  if (json) {
    const document = {
      error: { code, message, detail: detail ?? null, hint: hint ?? null, exitCode },
      ...facts,
    };
    terminal.out(JSON.stringify(document, null, 2));
  } else {
    terminal.err(`tandem: ${message}`);
    for (const line of [detail, hint]) if (line) terminal.err(`  ${line.replaceAll('\n', '\n  ')}`);
  }
  return exitCode;
}
