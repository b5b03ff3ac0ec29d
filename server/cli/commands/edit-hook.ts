import {
  HOOK_MOMENTS,
  HOOK_SECONDS,
  HTTP_METHODS,
  type HttpCall,
  type ShellCall,
} from '#server/domain/change-hook.ts';
import type { HookDraft, HookView } from '#server/services/services.ts';
import { print, type Cli } from '../cli.ts';
import type { CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair, findServer } from '../find.ts';
import { flagOf, isOff, numberOf, textOf, textsOf, usage, type Options } from '../options.ts';
import { findHook, headerOf, oneOf, tokenOf } from './hook-options.ts';

type ShellView = Extract<HookView['call'], { kind: 'shell' }>;
type HttpView = Extract<HookView['call'], { kind: 'http' }>;
type HttpDraft = Omit<HttpCall, 'tokenSecretId'>;

const ONLY_COMMANDS = ['server', 'command', 'script', 'as'];
const ONLY_REQUESTS = ['url', 'method', 'header', 'headers', 'body', 'tokenFile', 'token'];
const ALL = ['name', 'moment', 'seconds', 'veto', 'repeatable', 'check', ...ONLY_COMMANDS, ...ONLY_REQUESTS];

/** Changes a hook where it stands in the list; what is not named stays. */
export const HOOK_EDIT: CommandRow = {
  words: 'hook edit',
  args: ['<pair>', '<hook>'],
  summary: 'change a hook; what is not named stays as it is',
  options: [
    ['--name <text>', 'what it does, in a few words'],
    ['--moment <moment>', HOOK_MOMENTS.join(', ')],
    ['--server <server>', 'run the command there'],
    ['--command <line>', 'the command: words, no shell'],
    ['--script <text>', 'the same for /bin/sh'],
    ['--as <user>', 'OS user'],
    ['--no-as', 'run it as the user that Tandem logs in as'],
    ['--url <url>', 'where the request goes'],
    ['--method <method>', HTTP_METHODS.join(', ')],
    ['--header <header>', '"Name: value"; replaces all of them, may be repeated …'],
    ['--no-headers', 'send none'],
    ['--body <json>', 'template with {{pair}}, {{newPrimary}}, …'],
    ['--no-body', 'send all values'],
    ['--token-file <path>', 'file with a bearer token'],
    ['--no-token', 'send none, and forget the stored one'],
    ['--check <text>', 'harmless command or URL that proves that the hook can be called'],
    ['--no-check', 'only look whether the place can be reached'],
    ['--seconds <n>', `longest time, ${HOOK_SECONDS.min} to ${HOOK_SECONDS.max}`],
    ['--veto', 'a failure undoes the change, or asks when the primary has moved'],
    ['--no-veto', 'a failure is only recorded'],
    ['--repeatable', 'may be called again when nobody knows whether it was called'],
    ['--no-repeatable', 'is never called again'],
  ],
  run: async (cli, [pairName = '', hookName = ''], options) => {
    const { id: pairId } = await findPair(cli.api, pairName);
    const old = await findHook(cli, pairId, hookName);
    if (!ALL.some((name) => isGiven(options, name)))
      throw usage('nothing to change was named', 'See tandem hook edit --help.');
    requireFitting(options, old.call.kind);
    const hook = await edited(cli, old, options);
    const token = (await tokenOf(options)) ?? { kind: isOff(options, 'token') ? 'none' : 'keep' };
    await cli.api.hook.save.mutate({ pairId, hookId: old.id, hook, token });
    print(cli, { id: old.id, name: hook.name }, [`Changed: ${hook.name} (${old.id})`]);
    return EXIT.ok;
  },
};

/** A collecting option that nobody used is an empty list; a refusal alone stands at true until it is used. */
function isGiven(options: Options, name: string): boolean {
  const value = options[name];
  if (name === 'headers' || name === 'token') return value === false;
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

function requireFitting(options: Options, kind: HookView['call']['kind']): void {
  const foreign = (kind === 'shell' ? ONLY_REQUESTS : ONLY_COMMANDS).find((name) => isGiven(options, name));
  if (foreign === undefined) return;
  const flag = foreign.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usage(
    `--${flag} does not belong to ${kind === 'shell' ? 'a command' : 'a request'}`,
    'Add another hook and remove this one to change its kind.',
  );
}

async function edited(cli: Cli, old: HookView, options: Options): Promise<HookDraft> {
  const moment = textOf(options, 'moment');
  return {
    name: textOf(options, 'name') ?? old.name,
    moment: moment === null ? old.moment : oneOf(moment, HOOK_MOMENTS, 'moment'),
    timeoutSeconds: numberOf(options, 'seconds', { ...HOOK_SECONDS, default: old.timeoutSeconds }),
    veto: flagOf(options, 'veto') ?? old.veto,
    repeatable: flagOf(options, 'repeatable') ?? old.repeatable,
    call:
      old.call.kind === 'shell'
        ? await editedCommand(cli, old.call, options)
        : editedRequest(old.call, options),
  };
}

/** The text that was given, null where it was taken away, what there was otherwise. */
function textOr(options: Options, name: string, old: string | null): string | null {
  return isOff(options, name) ? null : (textOf(options, name) ?? old);
}

async function editedCommand(cli: Cli, old: ShellView, options: Options): Promise<ShellCall> {
  const [command, script] = [textOf(options, 'command'), textOf(options, 'script')];
  if (command !== null && script !== null) throw usage('only one of --command and --script can be given');
  const server = textOf(options, 'server');
  const given = command === null ? 'script' : 'command';
  return {
    kind: 'shell',
    serverId: server === null ? old.serverId : (await findServer(cli.api, server)).id,
    runAs: textOr(options, 'as', old.runAs),
    mode: command === null && script === null ? old.mode : given,
    line: command ?? script ?? old.line,
    check: textOr(options, 'check', old.check),
  };
}

function editedRequest(old: HttpView, options: Options): HttpDraft {
  const method = textOf(options, 'method');
  const headers = textsOf(options, 'header').map(headerOf);
  const kept = isOff(options, 'headers') ? [] : old.headers;
  return {
    kind: 'http',
    method: method === null ? old.method : oneOf(method, HTTP_METHODS, 'method'),
    url: textOf(options, 'url') ?? old.url,
    headers: headers.length > 0 ? headers : kept,
    body: textOr(options, 'body', old.body),
    checkUrl: textOr(options, 'check', old.checkUrl),
  };
}
