import { ROUTE_KINDS, type RouteKind } from '#server/domain/client-route.ts';
import type { ClientsLook } from '#server/domain/clients-look.ts';
import type { RouteSighting } from '#server/domain/route-sighting.ts';
import type { RouteDraft, RouteView } from '#server/services/services.ts';
import { askToStart } from '../ask-to-start.ts';
import { print, type Cli } from '../cli.ts';
import { YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair, findServer } from '../find.ts';
import { freshLook } from '../fresh-look.ts';
import { numberOf, requiredText, textOf, usage, type Options } from '../options.ts';
import { secretOf } from '../secret-of.ts';
import { table } from '../table.ts';
import { routeJson } from '../shapes/route-json.ts';

const PORT = { min: 1, max: 65_535 };
const NO_DEMAND = { word: null, ticks: [], reasonRequired: false };

/** How applications reach the primary. */
export const ROUTE_COMMANDS: readonly CommandRow[] = [
  {
    words: 'route list',
    args: ['<pair>'],
    summary: 'how applications reach the primary, and where each route leads now',
    options: [['--no-probe', 'do not wait for a look at where they lead']],
    run: async (cli, [name = ''], options) => {
      const { id: pairId } = await findPair(cli.api, name);
      const routes = await cli.api.clients.routes.query({ pairId });
      const probe = options['probe'] !== false && routes.length > 0;
      const seesAll = (look: ClientsLook): boolean =>
        routes.every((route) => look.routes.some((s) => s.routeId === route.id));
      const seen = probe ? (await freshLook(cli, pairId, seesAll)).routes : [];
      const shown = routes.map((route) => routeJson(route, seen.find((s) => s.routeId === route.id) ?? null));
      const rows = shown.map((r) => [r.name, r.kind, r.address, leads(r.leadsTo)]);
      print(cli, shown, table(['ROUTE', 'KIND', 'ADDRESS', 'LEADS TO'], rows));
      return EXIT.ok;
    },
  },
  {
    words: 'route add',
    args: ['<pair>'],
    summary: `register how applications reach the primary: ${ROUTE_KINDS.join(', ')}`,
    options: [
      ['--name <text>', 'who uses it, in a few words'],
      ['--kind <kind>', ROUTE_KINDS.join(', ')],
      ['--host <host>', 'where clients connect'],
      ['--port <n>', 'its port (default 5432; PgBouncer 6432)'],
      ['--uri <uri>', 'multi-host: the URI, without a password'],
      ['--server <server>', 'PgBouncer: the server that it runs on'],
      ['--databases <names>', 'PgBouncer: names of [databases], separated by commas'],
      ['--config <path>', 'PgBouncer: its configuration (default /etc/pgbouncer/pgbouncer.ini)'],
      ['--console-user <user>', 'PgBouncer: one of its admin_users'],
      ['--console-password-file <path>', 'PgBouncer: file with the password of that user'],
      ['--console-socket <directory>', 'PgBouncer: socket directory of the console; 127.0.0.1 otherwise'],
      ['--console-port <n>', 'PgBouncer: port of the console (default: the port of the route)'],
      ['--login-user <role>', 'role that is tried through the route; the monitoring role otherwise'],
      ['--login-database <name>', 'database of that role'],
      ['--login-password-file <path>', 'file with the password of that role'],
      ['--from <server>', 'try it from this server; from Tandem itself otherwise'],
    ],
    run: async (cli, [pairName = ''], options) => {
      const { id: pairId } = await findPair(cli.api, pairName);
      const route = await draftOf(cli, options);
      const consolePassword = await secretOf(options, 'consolePasswordFile');
      const loginPassword = await secretOf(options, 'loginPasswordFile');
      const id = await cli.api.clients.saveRoute.mutate({
        ...{ pairId, routeId: null, route, consolePassword, loginPassword },
      });
      print(cli, { id, name: route.name }, [`Added: ${route.name} (${id})`]);
      return EXIT.ok;
    },
  },
  {
    words: 'route remove',
    args: ['<pair>', '<route>'],
    summary: 'forget a client route and its passwords',
    options: [YES_OPTION],
    run: async (cli, [pairName = '', name = ''], options) => {
      const { id: pairId } = await findPair(cli.api, pairName);
      const route = await findRoute(cli, pairId, name);
      await askToStart(cli, NO_DEMAND, options);
      await cli.api.clients.removeRoute.mutate({ pairId, routeId: route.id });
      print(cli, { id: route.id, name: route.name }, [`Removed: ${route.name}`]);
      return EXIT.ok;
    },
  },
];

function leads(
  to: { state: RouteSighting['state']; server: string | null; acceptsWrites: boolean | null } | null,
) {
  if (to === null) return '-';
  if (to.server === null) return to.state;
  return `${to.server} (${to.acceptsWrites === true ? 'accepts writes' : 'read-only'})`;
}

async function findRoute(cli: Cli, pairId: string, name: string): Promise<RouteView> {
  const all = await cli.api.clients.routes.query({ pairId });
  const found = all.find((route) => route.name === name) ?? all.find((route) => route.id === name);
  if (found !== undefined) return found;
  const names = all.map((route) => route.name).join(', ');
  throw usage(
    `there is no client route ${name}`,
    names === '' ? 'The pair has no client routes.' : `There are: ${names}.`,
  );
}

async function draftOf(cli: Cli, options: Options): Promise<RouteDraft> {
  const kind = kindOf(requiredText(options, 'kind'));
  const from = textOf(options, 'from');
  const user = textOf(options, 'loginUser');
  const common = {
    name: requiredText(options, 'name'),
    probeServerId: from === null ? null : (await findServer(cli.api, from)).id,
    login: user === null ? null : { user, database: requiredText(options, 'loginDatabase') },
  };
  if (kind === 'multi-host') return { ...common, kind, uri: requiredText(options, 'uri') };
  const host = requiredText(options, 'host');
  const port = numberOf(options, 'port', { ...PORT, default: kind === 'pgbouncer' ? 6432 : 5432 });
  if (kind !== 'pgbouncer') return { ...common, kind, host, port };
  return {
    ...{ ...common, kind, host, port },
    serverId: (await findServer(cli.api, requiredText(options, 'server'))).id,
    console: {
      socketDirectory: textOf(options, 'consoleSocket'),
      port: numberOf(options, 'consolePort', { ...PORT, default: port }),
      user: requiredText(options, 'consoleUser'),
    },
    databases: requiredText(options, 'databases')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    configPath: textOf(options, 'config') ?? '/etc/pgbouncer/pgbouncer.ini',
  };
}

function kindOf(text: string): RouteKind {
  const kind = ROUTE_KINDS.find((each) => each === text);
  if (kind !== undefined) return kind;
  throw usage(`--kind must be one of ${ROUTE_KINDS.join(', ')}`);
}
