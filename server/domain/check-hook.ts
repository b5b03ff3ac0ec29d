import {
  HOOK_MOMENTS,
  HOOK_SECONDS,
  HOOKS_PER_MOMENT,
  type ChangeHook,
  type HttpCall,
  type ShellCall,
} from './change-hook.ts';
import { commandWords } from './command-words.ts';
import { requireHookBody } from './hook-body.ts';
import { invalidField, refusedField } from './invalid-field.ts';

const MAX_NAME = 60;
const MAX_TEXT = 8_000;
const MAX_URL = 2_000;
const MAX_HEADERS = 20;
const OS_USER = /^[a-z_][a-z0-9_-]{0,31}\$?$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** HTTP's own and those that would carry a secret in the clear. */
const NOT_GIVEN = ['authorization', 'proxy-authorization', 'cookie', 'host', 'content-length', 'connection'];
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,2000}$/;

/** Throws INVALID_INPUT, naming the field and what to do, for a hook that could not be called. */
export function requireHook(hook: ChangeHook): void {
  const { name, timeoutSeconds: seconds, call } = hook;
  if (name.trim() === '' || name.length > MAX_NAME || /[\n\r\0]/.test(name))
    throw invalidField('name', `1 to ${MAX_NAME} characters in one line`, 'Say in a few words what it does.');
  if (!HOOK_MOMENTS.includes(hook.moment))
    throw invalidField('moment', 'not a moment', 'Choose one of the list.');
  if (!Number.isInteger(seconds) || seconds < HOOK_SECONDS.min || seconds > HOOK_SECONDS.max)
    throw invalidField(
      'timeoutSeconds',
      `a whole number from ${HOOK_SECONDS.min} to ${HOOK_SECONDS.max}`,
      'The hook is ended after that time.',
    );
  if (call.kind === 'shell') requireShell(call);
  else requireHttp(call);
}

/** Throws INVALID_INPUT when the hook does not go together with the pair's others. */
export function requireFits(hook: ChangeHook, others: readonly ChangeHook[]): void {
  if (others.some((each) => each.name === hook.name))
    throw invalidField('name', `there is a hook "${hook.name}" already`, 'Choose another name.');
  if (others.filter((each) => each.moment === hook.moment).length >= HOOKS_PER_MOMENT)
    throw invalidField(
      'moment',
      `${HOOKS_PER_MOMENT} hooks are called at this moment already`,
      'Put several calls into one script.',
    );
}

function requireShell(call: ShellCall): void {
  if (call.serverId === '') throw invalidField('serverId', 'no server', 'Choose a server.');
  if (call.runAs !== null && !OS_USER.test(call.runAs))
    throw invalidField(
      'runAs',
      'not the name of an OS user',
      'Leave it empty for the user that Tandem logs in as.',
    );
  requireLine(call, call.line, 'line');
  if (call.check !== null) requireLine(call, call.check, 'check');
}

function requireLine({ mode }: ShellCall, line: string, field: string): void {
  if (line.trim() === '') throw invalidField(field, 'it is empty', 'Enter the command.');
  if (line.length > MAX_TEXT || line.includes('\0'))
    throw invalidField(
      field,
      `at most ${MAX_TEXT} characters`,
      'Put a longer script into a file on the server.',
    );
  if (mode === 'command') commandWords(line, field);
}

function requireHttp(call: HttpCall): void {
  requireUrl(call.url, 'url');
  if (call.checkUrl !== null) requireUrl(call.checkUrl, 'checkUrl');
  if (call.headers.length > MAX_HEADERS)
    throw invalidField('headers', `at most ${MAX_HEADERS}`, 'Remove those that are not needed.');
  for (const { name, value } of call.headers) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value))
      throw invalidField('headers', `${JSON.stringify(name)} is not a header`, 'One per line: Name: value.');
    if (NOT_GIVEN.includes(name.toLowerCase()))
      throw invalidField(
        'headers',
        `${name} cannot be given here`,
        'A token has its own field, where it is stored encrypted.',
      );
  }
  if (call.body === null) return;
  if (call.method === 'GET')
    throw invalidField('body', 'a GET request has none', 'Leave it empty, or choose another method.');
  if (call.body.length > MAX_TEXT)
    throw invalidField('body', `at most ${MAX_TEXT} characters`, 'Shorten it.');
  requireHookBody(call.body, 'body');
}

function requireUrl(text: string, field: string): void {
  const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw invalidField(
      field,
      'not an http or https address',
      'For example https://deploy.example.com/hooks/shop',
    );
  if (url.username !== '' || url.password !== '')
    throw invalidField(
      field,
      'it holds a user name or password',
      'Take it out: a token has its own field, where it is stored encrypted.',
    );
}

/** The field that is wrong, for a form that asks before it sends; null = none. */
export const wrongFieldOf = (hook: ChangeHook): string | null => refusedField(() => requireHook(hook));
