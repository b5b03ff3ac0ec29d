import type { ClientsLook } from '#server/domain/clients-look.ts';
import { CliError } from './cli-error.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit-codes.ts';

const EVERY_MS = 500;
const WAIT_MS = 30_000;

/** The worker's newest look at a pair's applications; one that is not acceptable is waited out. */
export async function freshLook(
  cli: Cli,
  pairId: string,
  accept: (look: ClientsLook) => boolean = () => true,
): Promise<ClientsLook> {
  const endMs = cli.terminal.nowMs() + WAIT_MS;
  for (;;) {
    const { look, fresh } = await cli.api.clients.look.query({ pairId });
    if (look !== null && fresh && accept(look)) return look;
    if (cli.terminal.nowMs() >= endMs)
      throw new CliError(EXIT.unreachable, {
        code: 'STALE_VIEW',
        message: 'nobody has looked at the applications of this pair yet',
        hint: 'Look whether the worker of Tandem runs.',
      });
    await cli.terminal.sleep(EVERY_MS);
  }
}
