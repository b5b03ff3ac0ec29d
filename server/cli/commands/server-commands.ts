import { print } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { askToStart } from '../ask-to-start.ts';
import { EXIT } from '../exit-codes.ts';
import { findServer } from '../find.ts';
import { EXIT_OF_STATUS, followOperation } from '../follow-operation.ts';
import { isSet, numberOf, usage } from '../options.ts';
import { serverJson } from '../shapes/server-json.ts';
import { reportChecks } from '../report-checks.ts';
import { reportOperation } from '../report-operation.ts';
import { showPlan } from '../shapes/show-plan.ts';
import { table } from '../table.ts';

/** Servers: looking, checking, forgetting. */
export const SERVER_COMMANDS: readonly CommandRow[] = [
  {
    words: 'server list',
    args: [],
    summary: 'all servers with the state of their checks',
    options: [],
    run: async (cli) => {
      const servers = (await cli.api.server.list.query()).map(serverJson);
      const rows = servers.map((s) => [
        s.name,
        `${s.username}@${s.host}:${s.port}`,
        s.status,
        s.pairs.join(', ') || '-',
      ]);
      print(cli, servers, table(['NAME', 'ADDRESS', 'STATUS', 'PAIRS'], rows));
      return EXIT.ok;
    },
  },
  {
    words: 'server check',
    args: ['<server>'],
    summary: 'run the checks of a server and print them',
    options: [FOLLOW_OPTIONS[1]],
    run: async (cli, [name = ''], options) => {
      const { id } = await findServer(cli.api, name);
      const seconds = numberOf(options, 'timeout', { min: 1, max: 3_600, default: 120 });
      const operationId = await cli.api.server.check.mutate({ id, rows: [] });
      const run = await followOperation(cli, operationId, seconds * 1_000);
      return reportChecks(cli, await cli.api.server.get.query({ id }), EXIT_OF_STATUS[run.status]);
    },
  },
  {
    words: 'server remove',
    args: ['<server>'],
    summary: 'forget a server, its key and its checks',
    options: [
      ['--take-key', 'also take the key that Tandem made out of authorized_keys'],
      ['--leave-key', 'change nothing on the server'],
      YES_OPTION,
      ...FOLLOW_OPTIONS,
    ],
    run: async (cli, [name = ''], options) => {
      const takeKey = isSet(options, 'takeKey');
      if (takeKey === isSet(options, 'leaveKey')) throw usage('say either --take-key or --leave-key');
      const server = await findServer(cli.api, name);
      if (server.pairNames.length > 0) {
        throw new CliError(EXIT.refused, {
          code: 'IN_USE',
          message: `${server.name} is used by ${server.pairNames.join(', ')}`,
          hint: 'Remove the pair first: npx tandem pair remove PAIR --leave or --clean',
        });
      }
      const plan = await cli.api.server.removalPlan.query({ id: server.id, takeKey });
      showPlan(cli, plan);
      await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
      const started = { id: server.id, takeKey, planHash: plan.hash, idempotencyKey: cli.terminal.newKey() };
      return reportOperation(cli, await cli.api.server.remove.mutate(started), options);
    },
  },
];
