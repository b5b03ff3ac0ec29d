import type { GateResult } from '#server/domain/plan.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import type { DraftNetworkAnswer } from '#server/services/network-answer.ts';
import { print, type Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommandRow } from '../command-row.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findPair } from '../find.ts';
import { setupDraftOf } from '../setup-draft-of.ts';
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
      return exitOf(gates);
    },
  },
  {
    words: 'draft network',
    args: [],
    summary: 'examine the network before a set-up, between the servers that a file describes',
    options: [['--file <path>', 'the description (YAML), as for setup']],
    run: async (cli, _args, options) => {
      const look = await examineDraft(cli, await setupDraftOf(cli, options));
      const later = look.later.map((sentence) => sentence.en);
      print(cli, { conditions: look.gates.map(gateJson), bytesPerSecond: look.bytesPerSecond, later }, [
        ...gateLines(look.gates),
        ...later.map((sentence) => `LATER    ${sentence}`),
      ]);
      return exitOf(look.gates);
    },
  },
];

const exitOf = (gates: readonly GateResult[]): ExitCode =>
  gates.some((gate) => gate.state === 'blocking') ? EXIT.refused : EXIT.ok;

/** The draft is only there to be examined. */
async function examineDraft(cli: Cli, data: NewStandbyDraft): Promise<Ready> {
  const { id } = await cli.api.draft.create.mutate({ kind: data.kind });
  try {
    await cli.api.draft.save.mutate({ id, data });
    cli.terminal.err('Tandem looks at the network from both servers …');
    await cli.api.draft.examine.mutate({ id });
    return await waitForLook(cli, () => cli.api.draft.network.query({ id }));
  } finally {
    await cli.api.draft.remove.mutate({ id }).catch(() => undefined);
  }
}

type Ready = Extract<DraftNetworkAnswer, { state: 'ready' }>;

async function waitForLook(cli: Cli, ask: () => Promise<DraftNetworkAnswer>): Promise<Ready> {
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
