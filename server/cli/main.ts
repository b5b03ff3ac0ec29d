import { commandTable } from './command-table.ts';
import { processTerminal } from './process-terminal.ts';
import { runCli } from './run-cli.ts';
import { consoleUrl, createApi } from './session/create-api.ts';
import { readToken } from './session/token-file.ts';

const url = () => consoleUrl(process.env);

process.exitCode = await runCli({
  words: process.argv.slice(2),
  commands: commandTable(process.env, url),
  // `login` makes the token that the others need.
  connect: async (row) =>
    createApi(url(), /^log(in|out)$/.test(row.words) ? '' : await readToken(process.env)),
  terminal: processTerminal(),
});
