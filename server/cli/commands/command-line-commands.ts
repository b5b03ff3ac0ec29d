import { askToStart } from '../ask-to-start.ts';
import { print } from '../cli.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findServer } from '../find.ts';
import { isSet, textOf } from '../options.ts';
import { reportOperation } from '../report-operation.ts';
import { dataDirectoryOf } from '../run-draft.ts';
import { planDocument, requireOpenGates, showPlan } from '../shapes/show-plan.ts';
import { waitForPlan } from '../wait-for-plan.ts';

/** Settings that a container's command line gives. */
export const COMMAND_LINE_COMMANDS: readonly CommandRow[] = [
  {
    words: 'server release-settings',
    args: ['<server>'],
    summary:
      'take settings off the command line of a container that Compose made; their values stay in force, writes pause once',
    options: [
      ['--data-directory <place>', 'which instance, when there are several: DIRECTORY@CONTAINER'],
      ['--settings <names>', 'which ones, with commas; left out = those that stand in the way of Tandem'],
      ['--plan-only', 'show conditions and plan, start nothing'],
      YES_OPTION,
      ...FOLLOW_OPTIONS,
    ],
    run: async (cli, [name = ''], options) => {
      const server = await findServer(cli.api, name);
      const place = dataDirectoryOf(server, textOf(options, 'dataDirectory'), null);
      const wished = textOf(options, 'settings');
      const names = wished === null ? null : wished.split(',').map((each) => each.trim());
      const wish = { serverId: server.id, place, names, key: cli.terminal.newKey() };
      const { plan, planId } = await waitForPlan(cli, () => cli.api.server.releasePlan.query(wish));
      showPlan(cli, plan);
      requireOpenGates(plan);
      if (isSet(options, 'planOnly')) {
        print(cli, planDocument(plan), ['Only shown; nothing was started.']);
        return EXIT.ok;
      }
      await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
      const started = { planId, planHash: plan.hash };
      return reportOperation(cli, await cli.api.server.releaseSettings.mutate(started), options);
    },
  },
];
