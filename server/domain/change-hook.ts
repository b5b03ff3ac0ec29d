/** When a hook is called around a change of roles, in the order in which that happens. */
export const HOOK_MOMENTS = ['stop-application', 'redirect', 'start-application'] as const;
export type HookMoment = (typeof HOOK_MOMENTS)[number];

/** More at one moment would be a deployment system. */
export const HOOKS_PER_MOMENT = 5;
/** Bounds of a hook's time, seconds. */
export const HOOK_SECONDS = { min: 1, max: 600, default: 30 } as const;
export const HTTP_METHODS = ['POST', 'PUT', 'PATCH', 'GET'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** A command on a server of the inventory. */
export interface ShellCall {
  kind: 'shell';
  serverId: string;
  /** OS user; null = the one that Tandem logs in as. */
  runAs: string | null;
  /** `command`: words without a shell; `script`: given to `/bin/sh -c` as it is. */
  mode: 'command' | 'script';
  line: string;
  /** Harmless line that proves that the hook can be called, in the same mode; null = none. */
  check: string | null;
}

export interface HttpHeader {
  name: string;
  value: string;
}

/** A request that the worker makes. Success is an answer with status 200 to 299; redirects are not followed. */
export interface HttpCall {
  kind: 'http';
  method: HttpMethod;
  url: string;
  headers: HttpHeader[];
  /** Stored secret that is sent as a bearer token; null = none. */
  tokenSecretId: string | null;
  /** JSON with `{{name}}` in its strings; null = an object with every value. Not sent with GET. */
  body: string | null;
  /** Harmless URL that proves that the hook can be called (GET); null = none. */
  checkUrl: string | null;
}

/** What is called around a change of roles. Runtimes that can act on containers will add a kind of call. */
export interface ChangeHook {
  id: string;
  name: string;
  moment: HookMoment;
  timeoutSeconds: number;
  /** Before the point of no return a failure undoes the change; behind it a person must settle it. */
  veto: boolean;
  /** May be called again when nobody knows whether it was called. */
  repeatable: boolean;
  call: ShellCall | HttpCall;
}

/** A hook as a run holds it: with the names that it needs, decided when the plan was made. */
export interface PinnedHook extends Omit<ChangeHook, 'call'> {
  call: PinnedCall;
}
export type PinnedShellCall = Omit<ShellCall, 'runAs'> & { runAs: string; serverName: string };
export type PinnedCall = PinnedShellCall | HttpCall;

/** What a hook is told. Names are those of the servers in Tandem, addresses `host:port`. */
export interface HookEvent {
  event: HookMoment | 'check';
  pair: string;
  oldPrimary: string;
  newPrimary: string;
  oldPrimaryAddress: string;
  newPrimaryAddress: string;
}
export const HOOK_VALUES = [
  'event',
  'pair',
  'oldPrimary',
  'newPrimary',
  'oldPrimaryAddress',
  'newPrimaryAddress',
] as const satisfies readonly (keyof HookEvent)[];

/** The event as variables of a command's environment. */
export function hookEnvironment(event: HookEvent): Record<string, string> {
  return {
    TANDEM_EVENT: event.event,
    TANDEM_PAIR: event.pair,
    TANDEM_OLD_PRIMARY: event.oldPrimary,
    TANDEM_NEW_PRIMARY: event.newPrimary,
    TANDEM_OLD_PRIMARY_ADDRESS: event.oldPrimaryAddress,
    TANDEM_NEW_PRIMARY_ADDRESS: event.newPrimaryAddress,
  };
}

/** Where a hook acts, for people. */
export function hookTarget(call: PinnedCall): string {
  return call.kind === 'shell' ? call.serverName : new URL(call.url).host;
}

/** What a hook does, for people; its secret is not part of it. */
export function hookLine(call: PinnedCall): string {
  return call.kind === 'shell' ? call.line : `${call.method} ${call.url}`;
}
