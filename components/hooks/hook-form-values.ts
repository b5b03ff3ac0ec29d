import type { inferProcedureInput } from '@trpc/server';
import type { ChangeHook, HookMoment, HttpHeader, HttpMethod } from '#server/domain/change-hook.ts';
import { HOOK_SECONDS } from '#server/domain/change-hook.ts';
import { wrongFieldOf } from '#server/domain/check-hook.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import type { HookView } from '#server/services/services.ts';

/** The form's answers, flat: fields of both kinds keep what was typed when the kind is changed. */
export interface HookFormValues {
  name: string;
  moment: HookMoment;
  kind: 'shell' | 'http';
  serverId: string;
  runAs: string;
  mode: 'command' | 'script';
  line: string;
  check: string;
  method: HttpMethod;
  url: string;
  headers: string;
  body: string;
  checkUrl: string;
  tokenChoice: 'keep' | 'none' | 'new';
  token: string;
  timeoutSeconds: string;
  veto: boolean;
  repeatable: boolean;
}

export const HOOK_FIELDS = [
  'name',
  'moment',
  'serverId',
  'runAs',
  'line',
  'check',
  'url',
  'headers',
  'body',
  'checkUrl',
  'token',
  'timeoutSeconds',
] as const satisfies readonly (keyof HookFormValues)[];
export type HookField = (typeof HOOK_FIELDS)[number];

const NEW_HOOK: HookFormValues = {
  name: '',
  moment: 'stop-application',
  kind: 'shell',
  serverId: '',
  runAs: '',
  mode: 'command',
  line: '',
  check: '',
  method: 'POST',
  url: '',
  headers: '',
  body: '',
  checkUrl: '',
  tokenChoice: 'none',
  token: '',
  timeoutSeconds: String(HOOK_SECONDS.default),
  veto: true,
  repeatable: false,
};

/** A new hook, or one as it is kept. */
export function valuesOf(hook: HookView | null): HookFormValues {
  if (hook === null) return NEW_HOOK;
  const { name, moment, timeoutSeconds, veto, repeatable } = hook;
  const common = { name, moment, timeoutSeconds: String(timeoutSeconds), veto, repeatable };
  return { ...NEW_HOOK, ...common, ...callValues(hook.call) };
}

function callValues(call: HookView['call']): Partial<HookFormValues> {
  if (call.kind === 'shell') {
    const { kind, serverId, runAs, mode, line, check } = call;
    return { kind, serverId, runAs: runAs ?? '', mode, line, check: check ?? '' };
  }
  const { kind, method, url, body, checkUrl, hasToken } = call;
  return {
    kind,
    method,
    url,
    headers: call.headers.map((header) => `${header.name}: ${header.value}`).join('\n'),
    body: body ?? '',
    checkUrl: checkUrl ?? '',
    tokenChoice: hasToken ? 'keep' : 'none',
  };
}

const given = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** One per line; a line without a colon becomes a header that is refused. */
function headersOf(text: string): HttpHeader[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf(':');
      return at < 1
        ? { name: line, value: '\n' }
        : { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
    });
}

type Saving = inferProcedureInput<AppRouter['hook']['save']>;

/** The form as the API takes it. */
export function savingOf(values: HookFormValues): Pick<Saving, 'hook' | 'token'> {
  const { kind, tokenChoice } = values;
  const common = {
    name: values.name.trim(),
    moment: values.moment,
    timeoutSeconds: values.timeoutSeconds.trim() === '' ? Number.NaN : Number(values.timeoutSeconds),
    veto: values.veto,
    repeatable: values.repeatable,
  };
  if (kind === 'shell') {
    const { serverId, mode } = values;
    const line = mode === 'script' ? values.line : values.line.trim();
    const call = { kind, serverId, runAs: given(values.runAs), mode, line, check: given(values.check) };
    return { hook: { ...common, call }, token: { kind: 'none' } };
  }
  const call = {
    kind,
    method: values.method,
    url: values.url.trim(),
    headers: headersOf(values.headers),
    body: given(values.body),
    checkUrl: given(values.checkUrl),
  };
  const token =
    tokenChoice === 'new' ? { kind: tokenChoice, token: values.token.trim() } : { kind: tokenChoice };
  return { hook: { ...common, call }, token };
}

/** The field that the server would refuse; null = none that can be seen from here. */
export function wrongField(values: HookFormValues): HookField | null {
  const { hook, token } = savingOf(values);
  if (token.kind === 'new' && token.token === '') return 'token';
  const call: ChangeHook['call'] =
    hook.call.kind === 'http' ? { ...hook.call, tokenSecretId: null } : hook.call;
  const field = wrongFieldOf({ ...hook, id: '', call });
  return field === null ? null : (HOOK_FIELDS.find((each) => each === field) ?? 'name');
}
