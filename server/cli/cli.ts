import type { TRPCClient } from '@trpc/client';
import type { AppRouter } from '#server/trpc/root.ts';
import type { Terminal } from './terminal.ts';

export type Api = TRPCClient<AppRouter>;

/** What a command works with. */
export interface Cli {
  api: Api;
  terminal: Terminal;
  /** True = one JSON document on standard output, nothing else there. */
  json: boolean;
}

/** Answers the question of the command: the document with --json, else the lines. */
export function print(
  cli: Pick<Cli, 'terminal' | 'json'>,
  document: unknown,
  lines: readonly string[],
): void {
  if (cli.json) return cli.terminal.out(JSON.stringify(document, null, 2));
  for (const line of lines) cli.terminal.out(line);
}
