import type { ServerView } from '#server/services/services.ts';
import { print, type Cli } from './cli.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { serverJson, type ServerJson } from './shapes/server-json.ts';
import { table } from './table.ts';

/** Prints the checks of a server; a check that asks for a person makes the exit status say so. */
export function reportChecks(cli: Cli, view: ServerView, code: ExitCode): ExitCode {
  const server = serverJson(view);
  print(cli, server, checkLines(server));
  const asks = server.checks.some((check) => ['failed', 'approval-needed'].includes(check.state));
  return code === EXIT.ok && asks ? EXIT.attention : code;
}

function checkLines(server: ServerJson): string[] {
  const rows = server.checks.map((check) => [
    check.row,
    check.state,
    check.value ?? check.problem?.message ?? '',
  ]);
  const commands = server.checks.flatMap((check) =>
    check.command === null || check.state === 'ok' ? [] : [`  ${check.row}: ${check.command}`],
  );
  const cures = commands.length === 0 ? [] : ['Run this on the server, then check again:', ...commands];
  return [...table(['CHECK', 'STATE', 'FOUND'], rows), ...cures];
}
