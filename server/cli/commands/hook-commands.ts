import { HOOK_MOMENTS, HOOK_SECONDS, HTTP_METHODS, hookEnvironment } from '#server/domain/change-hook.ts';
import type { HookDraft, HookView } from '#server/services/services.ts';
import { askToStart } from '../ask-to-start.ts';
import { print, type Cli } from '../cli.ts';
import { YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair, findServer } from '../find.ts';
import { followOperation } from '../follow-operation.ts';
import { isSet, numberOf, requiredText, textOf, textsOf, usage, type Options } from '../options.ts';
import { table } from '../table.ts';
import { HOOK_EDIT } from './edit-hook.ts';
import { findHook, headerOf, oneOf, tokenOf } from './hook-options.ts';

const CHECK_WAIT_MS = 60_000;
const VARIABLES = Object.keys(
  hookEnvironment({
    event: 'check',
    pair: '',
    oldPrimary: '',
    newPrimary: '',
    oldPrimaryAddress: '',
    newPrimaryAddress: '',
  }),
);

/** A hook as `hook list` prints it with --json. */
function hookJson(hook: HookView) {
  const { call } = hook;
  const shell = call.kind === 'shell';
  return {
    id: hook.id,
    name: hook.name,
    moment: hook.moment,
    kind: call.kind,
    server: shell ? call.serverName : null,
    runAs: shell ? call.runAs : null,
    mode: shell ? call.mode : null,
    line: shell ? call.line : null,
    method: shell ? null : call.method,
    url: shell ? null : call.url,
    headers: shell ? null : call.headers,
    body: shell ? null : call.body,
    hasToken: shell ? null : call.hasToken,
    check: shell ? call.check : call.checkUrl,
    timeoutSeconds: hook.timeoutSeconds,
    veto: hook.veto,
    repeatable: hook.repeatable,
  };
}

/** What is called around changes of roles. */
export const HOOK_COMMANDS: readonly CommandRow[] = [
  {
    words: 'hook list',
    args: ['<pair>'],
    summary: 'what is called around changes of roles',
    options: [],
    run: async (cli, [name = '']) => {
      const { id: pairId } = await findPair(cli.api, name);
      const hooks = (await cli.api.hook.list.query({ pairId })).map(hookJson);
      const rows = hooks.map((h) => [
        h.moment,
        h.name,
        h.server ?? 'Tandem',
        h.line ?? `${h.method} ${h.url}`,
        `${h.timeoutSeconds} s`,
        h.veto ? 'veto' : '-',
      ]);
      print(cli, hooks, table(['MOMENT', 'NAME', 'ON', 'CALL', 'TIME', 'VETO'], rows));
      return EXIT.ok;
    },
  },
  {
    words: 'hook add',
    args: ['<pair>'],
    summary: `add a hook; it is told ${VARIABLES.join(', ')}`,
    options: [
      ['--name <text>', 'what it does, in a few words'],
      ['--moment <moment>', HOOK_MOMENTS.join(', ')],
      ['--server <server>', 'run a command there'],
      ['--command <line>', 'the command: words, no shell'],
      ['--script <text>', 'the same for /bin/sh'],
      ['--as <user>', 'OS user; the one that Tandem logs in as otherwise'],
      ['--url <url>', 'make a request instead; success is a status from 200 to 299'],
      ['--method <method>', `${HTTP_METHODS.join(', ')} (default ${HTTP_METHODS[0]})`],
      ['--header <header>', '"Name: value"; may be repeated …'],
      ['--body <json>', 'template with {{pair}}, {{newPrimary}}, …; all values otherwise'],
      ['--token-file <path>', 'file with a bearer token'],
      ['--check <text>', 'harmless command or URL that proves that the hook can be called'],
      ['--seconds <n>', `longest time (default ${HOOK_SECONDS.default})`],
      ['--veto', 'a failure undoes the change, or asks when the primary has moved'],
      ['--repeatable', 'may be called again when nobody knows whether it was called'],
    ],
    run: async (cli, [pairName = ''], options) => {
      const { id: pairId } = await findPair(cli.api, pairName);
      const hook = await draftOf(cli, options);
      const token = (await tokenOf(options)) ?? { kind: 'none' as const };
      const id = await cli.api.hook.save.mutate({ pairId, hookId: null, hook, token });
      print(cli, { id, name: hook.name }, [`Added: ${hook.name} (${id})`]);
      return EXIT.ok;
    },
  },
  HOOK_EDIT,
  {
    words: 'hook remove',
    args: ['<pair>', '<hook>'],
    summary: 'forget a hook',
    options: [YES_OPTION],
    run: async (cli, [pairName = '', name = ''], options) => {
      const { id: pairId } = await findPair(cli.api, pairName);
      const hook = await findHook(cli, pairId, name);
      await askToStart(cli, { word: null, ticks: [], reasonRequired: false }, options);
      await cli.api.hook.remove.mutate({ pairId, hookId: hook.id });
      print(cli, { id: hook.id, name: hook.name }, [`Removed: ${hook.name}`]);
      return EXIT.ok;
    },
  },
  {
    words: 'hook check',
    args: ['<pair>', '[hook]'],
    summary: 'try whether hooks can be called, without calling them',
    options: [],
    run: async (cli, [pairName = '', name = '']) => {
      const { id: pairId } = await findPair(cli.api, pairName);
      const hookId = name === '' ? null : (await findHook(cli, pairId, name)).id;
      const operationId = await cli.api.hook.check.mutate({ pairId, hookId });
      await followOperation(cli, operationId, CHECK_WAIT_MS);
      const looks = await cli.api.hook.checked.query({ operationId });
      if (looks === null) return EXIT.stillRunning;
      const hooks = looks.map((look) => ({
        name: look.name,
        target: look.target,
        veto: look.veto,
        ...look.check,
      }));
      const rows = hooks.map((h) => [h.name, h.target, h.state, h.detail]);
      print(cli, { operationId, hooks }, table(['HOOK', 'ON', 'STATE', 'DETAIL'], rows));
      return hooks.some((h) => h.state === 'fails') ? EXIT.failed : EXIT.ok;
    },
  },
];

async function draftOf(cli: Cli, options: Options): Promise<HookDraft> {
  const moment = oneOf(requiredText(options, 'moment'), HOOK_MOMENTS, 'moment');
  const common = {
    name: requiredText(options, 'name'),
    moment,
    timeoutSeconds: numberOf(options, 'seconds', HOOK_SECONDS),
    veto: isSet(options, 'veto'),
    repeatable: isSet(options, 'repeatable'),
  };
  const check = textOf(options, 'check');
  const url = textOf(options, 'url');
  if (url !== null) {
    const method = oneOf(textOf(options, 'method') ?? HTTP_METHODS[0], HTTP_METHODS, 'method');
    const headers = textsOf(options, 'header').map(headerOf);
    const body = textOf(options, 'body');
    return { ...common, call: { kind: 'http', method, url, headers, body, checkUrl: check } };
  }
  const script = textOf(options, 'script');
  const line = script ?? textOf(options, 'command');
  if (line === null) throw usage('one of --command, --script and --url is missing');
  const { id: serverId } = await findServer(cli.api, requiredText(options, 'server'));
  const mode = script === null ? 'command' : 'script';
  return { ...common, call: { kind: 'shell', serverId, runAs: textOf(options, 'as'), mode, line, check } };
}
