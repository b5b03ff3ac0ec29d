import type { NetworkAnswer } from '#server/services/services.ts';
import { print, type Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair } from '../find.ts';
import { gateJson, gateLines } from '../shapes/plan-json.ts';

const DEADLINE_MS = 240_000;
const POLL_MS = 500;

/** The network between the servers of a pair. */
export const NETWORK_COMMANDS: readonly CommandRow[] = [
  {
    words: 'pair network',
    args: ['<pair>'],
    summary:
      'examine the network between both servers: route, port, firewall, TLS, rules, round trip, bandwidth',
    options: [],
    run: async (cli, [name = '']) => {
      const { id } = await findPair(cli.api, name);
      const key = cli.terminal.newKey();
      const { gates } = await waitForLook(cli, () => cli.api.pair.network.query({ id, key }));
      print(cli, gates.map(gateJson), gateLines(gates));
      const bad = gates.some((gate) => gate.state === 'blocking');
      return bad ? EXIT.refused : EXIT.ok;
    },
  },
];

async function waitForLook(
  cli: Cli,
  ask: () => Promise<NetworkAnswer>,
): Promise<Extract<NetworkAnswer, { state: 'ready' }>> {
  const deadline = cli.terminal.nowMs() + DEADLINE_MS;
  while (cli.terminal.nowMs() < deadline) {
    const answer = await ask();
    if (answer.state === 'ready') return answer;
    if (answer.state === 'failed') {
      const { problem } = answer.operation;
      throw new CliError(EXIT.refused, {
        code: problem?.code ?? 'ASSERTION',
        message: problem?.message ?? 'the network could not be examined',
        hint: problem?.hint,
      });
    }
    await cli.terminal.sleep(POLL_MS);
  }
  throw new CliError(EXIT.unreachable, {
    code: 'NO_ANSWER',
    message: 'nobody looked at the network in time',
    hint: 'Look whether the worker of Tandem runs.',
  });
}
