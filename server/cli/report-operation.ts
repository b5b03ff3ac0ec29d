import type { OperationView } from '#server/domain/operation-view.ts';
import { print, type Cli } from './cli.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT_OF_STATUS, followOperation } from './follow-operation.ts';
import { numberOf, type Options } from './options.ts';
import { operationJson } from './shapes/operation-json.ts';
import { duration } from './units.ts';

const LONGEST_S = 7 * 86_400;

/** Follows a run that was started, unless `--no-follow`, and prints how it ended. */
export async function reportOperation(cli: Cli, id: string, options: Options): Promise<ExitCode> {
  if (options['follow'] === false) {
    print(cli, { operationId: id }, [`Started: ${id}`, `Watch it: npx tandem operation follow ${id}`]);
    return 0;
  }
  const seconds = numberOf(options, 'timeout', { min: 1, max: LONGEST_S, default: 3_600 });
  return reportView(cli, await followOperation(cli, id, seconds * 1_000));
}

/** Prints a run and answers the exit status of its state. */
export function reportView(cli: Cli, view: OperationView): ExitCode {
  print(cli, operationJson(view), outcomeLines(view));
  return EXIT_OF_STATUS[view.status];
}

function outcomeLines(view: OperationView): string[] {
  const took =
    view.startedAtMs === null || view.finishedAtMs === null
      ? ''
      : ` after ${duration(view.finishedAtMs - view.startedAtMs)}`;
  const { problem, outage } = view;
  const why =
    problem === null
      ? []
      : [problem.message, problem.detail, problem.hint].flatMap((line) => (line ? [`  ${line}`] : []));
  const can = (['retry', 'undo', 'cancel', 'close'] as const).filter((action) => view.allowed[action]);
  const next =
    view.status === 'needs-attention'
      ? [`  You can: ${can.map((action) => `npx tandem operation ${action} ${view.id}`).join(', ')}`]
      : [];
  const writes =
    outage === null
      ? []
      : [
          outage.endedAtMs === null
            ? '  Writes are not possible again yet.'
            : `  Writes were not possible for ${duration(outage.endedAtMs - outage.startedAtMs)}.`,
        ];
  return [`${view.title.en}: ${view.status}${took} (${view.id})`, ...writes, ...why, ...next];
}
