import type { ClientSession } from '#server/domain/clients-look.ts';
import { askToStart } from '../ask-to-start.ts';
import { print } from '../cli.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair } from '../find.ts';
import { freshLook } from '../fresh-look.ts';
import { isSet, textOf, textsOf, usage, type Options } from '../options.ts';
import { reportOperation } from '../report-operation.ts';
import { table } from '../table.ts';
import { iso } from '../units.ts';

/** A session as `session list` prints it with --json. */
function sessionJson(session: ClientSession) {
  const { pid, user, database, applicationName, clientAddress, startedAt } = session;
  return { pid, user, database, applicationName, clientAddress, since: iso(Number(startedAt) * 1_000) };
}

/** Sessions of applications on the node that is not the primary. */
export const SESSION_COMMANDS: readonly CommandRow[] = [
  {
    words: 'session list',
    args: ['<pair>'],
    summary: 'applications that are connected to the standby, never what they ask',
    options: [],
    run: async (cli, [name = '']) => {
      const { id: pairId } = await findPair(cli.api, name);
      const { standby } = await freshLook(cli, pairId);
      const sessions = standby.sessions?.map(sessionJson) ?? null;
      const rows = (sessions ?? []).map((s) => [
        String(s.pid),
        s.user,
        s.database,
        s.applicationName,
        s.clientAddress ?? 'local',
        s.since ?? '-',
      ]);
      const header = ['PID', 'USER', 'DATABASE', 'APPLICATION', 'FROM', 'SINCE'];
      const lines =
        sessions === null ? [`${standby.serverName}: ${standby.detail ?? '-'}`] : table(header, rows);
      const { serverName: server, instanceId, cut, detail } = standby;
      print(cli, { server, instanceId, sessions, cut, detail }, lines);
      return sessions === null ? EXIT.unreachable : EXIT.ok;
    },
  },
  {
    words: 'session end',
    args: ['<pair>'],
    summary: 'end sessions of applications on the standby',
    options: [
      ['--pid <n>', 'a session of the list; may be repeated …'],
      ['--all', 'every session of the list'],
      YES_OPTION,
      ['--key <text>', 'idempotency key: the same key lands on the run that has it'],
      ...FOLLOW_OPTIONS,
    ],
    run: async (cli, [name = ''], options) => {
      const { id: pairId } = await findPair(cli.api, name);
      const { standby } = await freshLook(cli, pairId);
      const chosen = choose(standby.sessions ?? [], options);
      cli.terminal.err(
        `${chosen.length} sessions on ${standby.serverName}: their transactions are rolled back.`,
      );
      await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
      const operationId = await cli.api.clients.endSessions.mutate({
        pairId,
        instanceId: standby.instanceId,
        sessions: chosen.map(({ pid, startedAt }) => ({ pid, startedAt })),
        idempotencyKey: textOf(options, 'key') ?? cli.terminal.newKey(),
      });
      return reportOperation(cli, operationId, options);
    },
  },
];

function choose(sessions: readonly ClientSession[], options: Options): ClientSession[] {
  if (isSet(options, 'all')) {
    if (sessions.length > 0) return [...sessions];
    throw usage('no application is connected to the standby');
  }
  const pids = textsOf(options, 'pid').map(Number);
  if (pids.length === 0) throw usage('say which: --pid N, or --all');
  return pids.map((pid) => {
    const found = sessions.find((session) => session.pid === pid);
    if (found !== undefined) return found;
    throw usage(`there is no session ${pid}`, 'Look at session list again.');
  });
}
