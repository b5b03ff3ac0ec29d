import { sudoersFor } from '#server/domain/sudoers.ts';
import type { HostWishRequest } from '#server/services/services.ts';
import { askToStart } from '../ask-to-start.ts';
import { print, type Cli } from '../cli.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { findServer } from '../find.ts';
import { isSet, numberOf, textOf, textsOf, usage, type Options } from '../options.ts';
import { reportOperation } from '../report-operation.ts';
import { planDocument, requireOpenGates, showPlan } from '../shapes/show-plan.ts';
import { waitForPlan } from '../wait-for-plan.ts';

/** Making a server ready for a standby. */
export const PREPARE_COMMANDS: readonly CommandRow[] = [
  {
    words: 'server prepare',
    args: ['<server>'],
    summary: 'make a server ready: packages, an account, directories, its firewall for the other node',
    options: [
      ['--postgresql <major>', 'install this major version of PostgreSQL, without a cluster'],
      ['--pgdg', 'from the PostgreSQL project instead of the distribution'],
      ['--docker <source>', 'install Docker and Compose: distribution, or docker for the project’s own'],
      ['--account <name>', 'make this OS user'],
      ['--docker-group', 'with --account: take it into the group docker, which may become root'],
      ['--directory <path:owner:mode>', 'make a directory, e.g. /srv/db:postgres:0700; …'],
      ['--allow <server>', 'let this server, or an address, reach PostgreSQL through the firewall'],
      ['--port <port>', 'with --allow: the port (default 5432)'],
      ['--plan-only', 'show conditions and plan, start nothing'],
      YES_OPTION,
      ...FOLLOW_OPTIONS,
    ],
    run: async (cli, [name = ''], options) => {
      const { id } = await findServer(cli.api, name);
      const wish = await wishOf(cli, options);
      const key = cli.terminal.newKey();
      const { plan, planId } = await waitForPlan(cli, () =>
        cli.api.server.preparationPlan.query({ id, key, wish }),
      );
      showPlan(cli, plan);
      requireOpenGates(plan);
      if (isSet(options, 'planOnly')) {
        print(cli, planDocument(plan), ['Only shown; nothing was started.']);
        return EXIT.ok;
      }
      await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
      const started = { id, planId, planHash: plan.hash };
      return reportOperation(cli, await cli.api.server.prepare.mutate(started), options);
    },
  },
  {
    words: 'server sudoers',
    args: ['<server>'],
    summary: 'print the least that sudo must allow on a server, as a file',
    options: [],
    run: async (cli, [name = '']) => {
      const server = await findServer(cli.api, name);
      if (server.facts === null)
        throw new CliError(EXIT.refused, {
          code: 'NOT_CHECKED',
          message: `${server.name} was never checked completely`,
          hint: `npx tandem server check ${server.name}`,
        });
      const { username, facts } = server;
      const advice = sudoersFor({ serverName: server.name, loginUser: username, instances: facts.instances });
      const remarks = advice.remarks.map((remark) => remark.en);
      for (const remark of remarks) cli.terminal.err(remark);
      print(
        cli,
        { file: advice.file, remarks },
        advice.file === null ? ['# no sudo is needed'] : [advice.file.trimEnd()],
      );
      return EXIT.ok;
    },
  },
];

async function wishOf(cli: Cli, options: Options): Promise<HostWishRequest> {
  const wish: HostWishRequest = {
    postgresql: postgresqlOf(options),
    docker: dockerOf(options),
    account: accountOf(options),
    directories: textsOf(options, 'directory').map(directoryOf),
    firewall: await firewallOf(cli, options),
  };
  const { postgresql, docker, account, directories, firewall } = wish;
  const nothing = [postgresql, docker, account, firewall].every((part) => part === null);
  if (nothing && directories.length === 0)
    throw usage(
      'say what the server is to have',
      '--postgresql, --docker, --account, --directory or --allow; npx tandem server prepare --help',
    );
  return wish;
}

function postgresqlOf(options: Options): HostWishRequest['postgresql'] {
  const source = isSet(options, 'pgdg') ? ('pgdg' as const) : ('distribution' as const);
  if (textOf(options, 'postgresql') === null) {
    if (source === 'pgdg') throw usage('--pgdg belongs to --postgresql');
    return null;
  }
  return { majorVersion: numberOf(options, 'postgresql', { min: 13, max: 40, default: 0 }), source };
}

function dockerOf(options: Options): HostWishRequest['docker'] {
  const source = textOf(options, 'docker');
  if (source === null) return null;
  if (source === 'distribution' || source === 'docker') return { source };
  throw usage('--docker is either distribution or docker');
}

function accountOf(options: Options): HostWishRequest['account'] {
  const name = textOf(options, 'account');
  const dockerGroup = isSet(options, 'dockerGroup');
  if (name !== null) return { name, dockerGroup };
  if (dockerGroup) throw usage('--docker-group belongs to --account');
  return null;
}

function directoryOf(text: string): HostWishRequest['directories'][number] {
  const [, path, owner, mode] = /^(\/.+):([a-z_][a-z0-9_-]*):(0?[0-7]{3})$/.exec(text) ?? [];
  if (path !== undefined && owner !== undefined && mode !== undefined) return { path, owner, mode };
  throw usage(`--directory ${text}: write it as path:owner:mode, e.g. /srv/db:postgres:0700`);
}

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/;

async function firewallOf(cli: Cli, options: Options): Promise<HostWishRequest['firewall']> {
  const allow = textOf(options, 'allow');
  if (allow === null) return null;
  const port = numberOf(options, 'port', { min: 1, max: 65_535, default: 5_432 });
  if (ADDRESS.test(allow)) return { port, serverId: null, address: allow };
  return { port, serverId: (await findServer(cli.api, allow)).id, address: null };
}
