import { GATE_WISHES, type GateWish } from '#server/domain/start-gate.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { CONFIRM_OPTIONS } from '../ask-to-start.ts';
import { findServer } from '../find.ts';
import { requiredText, textOf, usage, type Options } from '../options.ts';
import { dataDirectoryOf, runDraft } from '../run-draft.ts';
import { secretOf } from '../secret-of.ts';
import { setupDraftOf } from '../setup-draft-of.ts';

const START_OPTIONS = [
  ['--plan-only', 'show conditions and plan, start nothing'],
  CONFIRM_OPTIONS[0],
  YES_OPTION,
  ...FOLLOW_OPTIONS,
] as const;

const ENVIRONMENTS = ['production', 'staging', 'development'] as const;

/** Building and taking over pairs, through the same drafts and plans as the wizard. */
export const SETUP_COMMANDS: readonly CommandRow[] = [
  {
    words: 'setup',
    args: [],
    summary: 'build a standby for a running server, as a file describes it',
    options: [['--file <path>', 'the description (YAML)'], ...START_OPTIONS],
    run: async (cli, _args, options) => runDraft(cli, await setupDraftOf(cli, options), null, options),
  },
  {
    words: 'adopt',
    args: [],
    summary: 'watch a pair that replicates already',
    options: [
      ['--name <name>', 'name of the pair'],
      ['--server <server>', 'server of either node; the roles are found'],
      ['--data-directory <path>', 'data directory on that server, when it has several'],
      ['--partner <server>', 'server of the other node, when it cannot be found'],
      ['--partner-data-directory <path>', 'data directory there'],
      ['--environment <kind>', 'production, staging or development (default production)'],
      [
        '--start-gate <policy>',
        `${GATE_WISHES.join(', ')} (default none): the gates that the pair shall have once it is prepared`,
      ],
      ['--role <name>', 'an existing login role to watch with; Tandem makes one otherwise'],
      ['--role-password-file <path>', "file with that role's password"],
      ...START_OPTIONS,
    ],
    run: async (cli, _args, options) => {
      const server = await findServer(cli.api, requiredText(options, 'server'));
      const partnerName = textOf(options, 'partner');
      const partner = partnerName === null ? null : await findServer(cli.api, partnerName);
      const role = textOf(options, 'role');
      const data = {
        kind: 'adopt' as const,
        name: requiredText(options, 'name'),
        environment: environmentOf(options),
        primaryServerId: server.id,
        primaryDataDirectory: dataDirectoryOf(server, textOf(options, 'dataDirectory'), null),
        standbyServerId: partner?.id ?? null,
        standbyDataDirectory: textOf(options, 'partnerDataDirectory'),
        givenRole: role,
        givenRoleSecretId: null,
        startGate: startGateOf(options),
      };
      const password = await secretOf(options, 'rolePasswordFile');
      if (role !== null && password === null) throw usage('--role-password-file is missing');
      return runDraft(cli, data, role === null ? null : password, options);
    },
  },
];

function environmentOf(options: Options): (typeof ENVIRONMENTS)[number] {
  const given = textOf(options, 'environment') ?? 'production';
  const known = ENVIRONMENTS.find((each) => each === given);
  if (known !== undefined) return known;
  throw usage(`--environment must be one of ${ENVIRONMENTS.join(', ')}`);
}

function startGateOf(options: Options): GateWish {
  const given = textOf(options, 'startGate') ?? 'none';
  const known = GATE_WISHES.find((each) => each === given);
  if (known !== undefined) return known;
  throw usage(`--start-gate must be one of ${GATE_WISHES.join(', ')}`);
}
