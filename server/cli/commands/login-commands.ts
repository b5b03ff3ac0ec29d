import { print } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { createApi } from '../session/create-api.ts';
import { removeToken, writeToken } from '../session/token-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Storing the token: typed or piped in, never an argument that a process list would show. */
export function loginCommands(environment: Environment, url: () => URL): readonly CommandRow[] {
  return [
    {
      words: 'login',
      args: [],
      summary: 'ask for a token (or read it from standard input), try it, and store it',
      options: [],
      run: async (cli) => {
        const token = (await cli.terminal.ask(`Token for ${url().origin}: `, true))?.trim() ?? '';
        if (!token.startsWith('tdm_')) {
          throw new CliError(EXIT.usage, {
            code: 'USAGE',
            message: 'this is not a token of Tandem: they begin with tdm_',
            hint: 'Create one on the profile page and paste all of it.',
          });
        }
        const pairs = await createApi(url(), token).pair.list.query();
        const file = await writeToken(environment, token);
        print(cli, { file, pairs: pairs.length }, [`Stored in ${file}.`]);
        return EXIT.ok;
      },
    },
    {
      words: 'logout',
      args: [],
      summary: 'forget the stored token; revoke it on the profile page',
      options: [],
      run: async (cli) => {
        await removeToken(environment);
        print(cli, { removed: true }, [
          'The stored token is gone. It still works elsewhere until it is revoked.',
        ]);
        return EXIT.ok;
      },
    },
  ];
}
