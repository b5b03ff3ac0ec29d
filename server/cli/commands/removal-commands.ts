import { askToStart, CONFIRM_OPTIONS } from '../ask-to-start.ts';
import { print } from '../cli.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair } from '../find.ts';
import { isSet, usage, type Options } from '../options.ts';
import { reportOperation } from '../report-operation.ts';
import { planDocument, requireOpenGates, showPlan } from '../shapes/show-plan.ts';
import { waitForPlan } from '../wait-for-plan.ts';

type Keep = 'all' | 'replication' | 'nothing';

/** Letting go of a pair. */
export const REMOVAL_COMMANDS: readonly CommandRow[] = [
  {
    words: 'pair remove',
    args: ['<pair>'],
    summary: 'stop watching a pair; take what Tandem made on the servers away, or leave it',
    options: [
      ['--leave', 'leave both servers exactly as they are'],
      ['--clean', "take Tandem's roles and rules away; replication goes on"],
      ['--end-replication', 'with --clean: also take away what replication needs, and part the two servers'],
      ['--plan-only', 'show conditions and plan, start nothing'],
      CONFIRM_OPTIONS[0],
      CONFIRM_OPTIONS[2],
      YES_OPTION,
      ...FOLLOW_OPTIONS,
    ],
    run: async (cli, [name = ''], options) => {
      const keep = keepOf(options);
      const { id } = await findPair(cli.api, name);
      const key = cli.terminal.newKey();
      const { plan, planId } = await waitForPlan(cli, () =>
        cli.api.pair.removalPlan.query({ id, keep, key }),
      );
      showPlan(cli, plan);
      requireOpenGates(plan);
      if (isSet(options, 'planOnly')) {
        print(cli, planDocument(plan), ['Only shown; nothing was started.']);
        return EXIT.ok;
      }
      const demand = { word: plan.confirmation?.word ?? null, ticks: [], reasonRequired: false };
      const { confirmation, reason } = await askToStart(cli, demand, options);
      const started = { id, planId, planHash: plan.hash, confirmation, reason };
      return reportOperation(cli, await cli.api.pair.remove.mutate(started), options);
    },
  },
];

/** Nothing is assumed: whoever removes a pair says what becomes of the servers. */
function keepOf(options: Options): Keep {
  const [leave, clean, end] = ['leave', 'clean', 'endReplication'].map((name) => isSet(options, name));
  if (leave === clean) throw usage('say either --leave or --clean');
  if (leave === true && end === true) throw usage('--end-replication belongs to --clean');
  if (leave === true) return 'all';
  return end === true ? 'nothing' : 'replication';
}
