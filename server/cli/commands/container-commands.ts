import { askToStart } from '../ask-to-start.ts';
import { print } from '../cli.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findServer } from '../find.ts';
import { isSet, requiredText, textOf } from '../options.ts';
import { reportOperation } from '../report-operation.ts';
import { dataDirectoryOf } from '../run-draft.ts';
import { planDocument, requireOpenGates, showPlan } from '../shapes/show-plan.ts';
import { waitForPlan } from '../wait-for-plan.ts';

/** Containers on servers. */
export const CONTAINER_COMMANDS: readonly CommandRow[] = [
  {
    words: 'server container',
    args: ['<server>'],
    summary: 'make a container like one of another server, empty and not started: the place of a standby',
    options: [
      ['--like <server>', 'server of the container to copy'],
      ['--data-directory <place>', 'which one there, when it has several: DIRECTORY@CONTAINER'],
      ['--plan-only', 'show conditions and plan, start nothing'],
      YES_OPTION,
      ...FOLLOW_OPTIONS,
    ],
    run: async (cli, [name = ''], options) => {
      const to = await findServer(cli.api, name);
      const from = await findServer(cli.api, requiredText(options, 'like'));
      const place = dataDirectoryOf(from, textOf(options, 'dataDirectory'), null);
      const wish = { fromServerId: from.id, place, toServerId: to.id, key: cli.terminal.newKey() };
      const { plan, planId } = await waitForPlan(cli, () => cli.api.server.containerPlan.query(wish));
      showPlan(cli, plan);
      requireOpenGates(plan);
      if (isSet(options, 'planOnly')) {
        print(cli, planDocument(plan), ['Only shown; nothing was started.']);
        return EXIT.ok;
      }
      await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
      const started = { planId, planHash: plan.hash };
      return reportOperation(cli, await cli.api.server.makeContainer.mutate(started), options);
    },
  },
];
