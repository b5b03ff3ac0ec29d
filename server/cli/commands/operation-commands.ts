import { askToStart } from '../ask-to-start.ts';
import { print, type Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { numberOf, requiredText, type Options } from '../options.ts';
import { reportOperation, reportView } from '../report-operation.ts';
import { operationJson, operationSummaryJson } from '../shapes/operation-json.ts';
import { table } from '../table.ts';

/** Runs: looking, and what a person may decide about one. */
export const OPERATION_COMMANDS: readonly CommandRow[] = [
  {
    words: 'operation list',
    args: [],
    summary: 'the newest runs',
    options: [['--limit <number>', 'how many (default 20)']],
    run: async (cli, _args, options) => {
      const limit = numberOf(options, 'limit', { min: 1, max: 200, default: 20 });
      const runs = (await cli.api.operation.list.query({ limit })).map(operationSummaryJson);
      const rows = runs.map((o) => [
        o.id,
        o.status,
        `${o.stepsDone}/${o.stepsTotal}`,
        o.createdAt,
        o.startedBy,
        o.title,
      ]);
      print(cli, runs, table(['ID', 'STATUS', 'STEPS', 'STARTED', 'BY', 'WHAT'], rows));
      return EXIT.ok;
    },
  },
  {
    words: 'operation show',
    args: ['<id>'],
    summary: 'one run with its steps',
    options: [],
    run: async (cli, [id = '']) => {
      const run = operationJson(await cli.api.operation.get.query({ id }));
      const rows = run.steps.map((s, n) => [
        `${n + 1}.`,
        s.state,
        s.text,
        s.fact ?? s.problem?.message ?? '',
      ]);
      const problem = run.problem === null ? [] : [`  ${run.problem.message}`];
      print(cli, run, [
        `${run.title}: ${run.status}, started by ${run.startedBy}, ${run.createdAt}`,
        ...problem,
        ...table(['', 'STATE', 'STEP', 'FACT'], rows),
      ]);
      return EXIT.ok;
    },
  },
  {
    words: 'operation follow',
    args: ['<id>'],
    summary: 'watch a run to its end; the exit status tells how it ended',
    options: [FOLLOW_OPTIONS[1]],
    run: (cli, [id = ''], options) => reportOperation(cli, id, options),
  },
  {
    words: 'operation lost-wal',
    args: ['<id>'],
    summary: 'what a failover lost, or a rejoin read of it, as pg_waldump prints it',
    options: [],
    run: async (cli, [id = '']) => {
      const { text, cut } = await cli.api.operation.lostWal.query({ id });
      if (cut) cli.terminal.err('The list was longer: this is its beginning.');
      print(cli, { text, cut }, text.trimEnd().split('\n'));
      return EXIT.ok;
    },
  },
  {
    words: 'operation retry',
    args: ['<id>'],
    summary: 'go on from the step that failed',
    options: [YES_OPTION, ...FOLLOW_OPTIONS],
    run: (cli, [id = ''], options) => decide(cli, 'retry', id, options),
  },
  {
    words: 'operation undo',
    args: ['<id>'],
    summary: 'undo what a failed run did',
    options: [YES_OPTION, ...FOLLOW_OPTIONS],
    run: (cli, [id = ''], options) => decide(cli, 'undo', id, options),
  },
  {
    words: 'operation cancel',
    args: ['<id>'],
    summary: 'stop a run after its current step and undo it',
    options: [YES_OPTION, ...FOLLOW_OPTIONS],
    run: (cli, [id = ''], options) => decide(cli, 'cancel', id, options),
  },
  {
    words: 'operation close',
    args: ['<id>'],
    summary: 'leave a failed run as it is, with a note',
    options: [['--note <text>', 'what was done about it'], YES_OPTION],
    run: async (cli, [id = ''], options) => {
      const note = requiredText(options, 'note');
      await requireAllowed(cli, 'close', id);
      await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
      await cli.api.operation.close.mutate({ id, note });
      reportView(cli, await cli.api.operation.get.query({ id }));
      return EXIT.ok;
    },
  },
];

type Action = 'retry' | 'undo' | 'cancel' | 'close';

async function decide(
  cli: Cli,
  action: Exclude<Action, 'close'>,
  id: string,
  options: Options,
): Promise<ExitCode> {
  await requireAllowed(cli, action, id);
  await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
  await cli.api.operation[action].mutate({ id });
  return reportOperation(cli, id, options);
}

async function requireAllowed(cli: Cli, action: Action, id: string): Promise<void> {
  const view = await cli.api.operation.get.query({ id });
  cli.terminal.err(`${view.title.en}: ${view.status}`);
  if (view.allowed[action]) return;
  const can = (['retry', 'undo', 'cancel', 'close'] as const).filter((each) => view.allowed[each]);
  throw new CliError(EXIT.refused, {
    code: 'OPERATION_NOT_IN_STATE',
    message: `this run cannot be given ${action} now: it is ${view.status}${view.committed ? ', past the point of no return' : ''}`,
    hint: can.length === 0 ? 'It needs nothing from you.' : `Possible now: ${can.join(', ')}.`,
    facts: { status: view.status, allowed: view.allowed },
  });
}
