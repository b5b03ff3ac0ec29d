import { AppError } from '#server/errors/app-error.ts';
import { hookLine, type ChangeHook, type HttpCall, type PinnedHook } from '#server/domain/change-hook.ts';
import { requireFits, requireHook } from '#server/domain/check-hook.ts';
import { invalidField } from '#server/domain/invalid-field.ts';
import { checkHooks, parseHookLooks } from '#server/operations/check-hooks/check-hooks.ts';
import type { HookLook } from '#server/operations/hooks/hooks-gate.ts';
import type { AuditLog, NewAuditEntry } from '#server/ports/audit-log.ts';
import type { ChangePair, ChangeStore } from '#server/ports/change-store.ts';
import type { Json } from '#server/ports/operation-store.ts';
import type { PairHooks } from '#server/ports/pair-hooks.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import { requireCheckedServer } from './require-server.ts';
import type { Actor, HookDraft, HookToken, HookView, Services } from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface HooksDeps extends StartDeps {
  hooks: PairHooks;
  changes: Pick<ChangeStore, 'pairs'>;
  servers: ServerStore;
  secrets: SecretStore;
  audit: AuditLog;
}

/** What is called around the changes of roles of a pair. The worker alone calls and tries. */
export function createHooksService(deps: HooksDeps): Services['hooks'] {
  return {
    list: async (pairId) => {
      const [hooks, servers] = await Promise.all([deps.hooks.list(pairId), deps.servers.list()]);
      const names = new Map(servers.map((s) => [s.id, s.name]));
      return hooks.map((hook) => viewOf(hook, names));
    },
    save: (pairId, hookId, draft, token, actor) => save(deps, { pairId, hookId, draft, token }, actor),
    remove: (pairId, hookId, actor) => remove(deps, pairId, hookId, actor),
    check: (pairId, hookId, actor) => check(deps, pairId, hookId, actor),
    checked: (operationId) => checked(deps, operationId),
  };
}

function viewOf({ call, ...hook }: ChangeHook, names: ReadonlyMap<string, string>): HookView {
  if (call.kind === 'shell')
    return { ...hook, call: { ...call, serverName: names.get(call.serverId) ?? call.serverId } };
  const { tokenSecretId, ...shown } = call;
  return { ...hook, call: { ...shown, hasToken: tokenSecretId !== null } };
}

interface Saving {
  pairId: string;
  hookId: string | null;
  draft: HookDraft;
  token: HookToken;
}

async function save(deps: HooksDeps, saving: Saving, actor: Actor): Promise<string> {
  const { pairId, hookId, draft, token } = saving;
  const before = await deps.hooks.list(pairId);
  const old = before.find((hook) => hook.id === hookId) ?? null;
  if (hookId !== null && old === null) throw noHook(hookId);
  const id = hookId ?? deps.ids.newId();
  const wanted = hookOf(id, draft, null);
  requireHook(wanted);
  requireFits(
    wanted,
    before.filter((hook) => hook.id !== id),
  );
  await requirePlace(deps, draft);
  if (token.kind === 'keep') requireSameHost(old, draft);
  const kept = tokenOf(old);
  const stored = draft.call.kind === 'http' ? await storeToken(deps, draft, token, kept) : null;
  const hook = hookOf(id, draft, stored);
  try {
    await deps.hooks.update(pairId, (hooks) => placed(hooks, hook, hookId === null));
  } catch (thrown) {
    if (stored !== kept) await forget(deps, stored);
    throw thrown;
  }
  if (stored !== kept) await forget(deps, kept);
  await log(deps, actor, old === null ? 'hook-added' : 'hook-changed', pairId, hook);
  return id;
}

/** The list with the hook at its place; asked again, because somebody else may have changed it meanwhile. */
function placed(hooks: readonly ChangeHook[], hook: ChangeHook, isNew: boolean): ChangeHook[] {
  const others = hooks.filter((each) => each.id !== hook.id);
  requireFits(hook, others);
  if (isNew) return [...hooks, hook];
  if (others.length === hooks.length) throw noHook(hook.id);
  return hooks.map((each) => (each.id === hook.id ? hook : each));
}

async function forget({ secrets }: HooksDeps, tokenSecretId: string | null): Promise<void> {
  if (tokenSecretId !== null) await secrets.remove(tokenSecretId);
}

function hookOf(id: string, { call, ...draft }: HookDraft, tokenSecretId: string | null): ChangeHook {
  return { id, ...draft, call: call.kind === 'shell' ? call : { ...call, tokenSecretId } };
}

const tokenOf = (hook: ChangeHook | null): string | null =>
  hook?.call.kind === 'http' ? hook.call.tokenSecretId : null;

/** A kept token must not be led to a host that the person who entered it never named. */
function requireSameHost(old: ChangeHook | null, { call }: HookDraft): void {
  if (old?.call.kind !== 'http' || old.call.tokenSecretId === null || call.kind !== 'http') return;
  if (new URL(old.call.url).origin === new URL(call.url).origin) return;
  throw invalidField(
    'token',
    'the address leads to another host',
    'Enter the token again, or choose none: the stored one is only sent where it was meant for.',
  );
}

async function storeToken(
  deps: HooksDeps,
  draft: HookDraft,
  token: HookToken,
  kept: string | null,
): Promise<string | null> {
  if (token.kind === 'none') return null;
  if (token.kind === 'keep') return kept;
  if (!/^[\x21-\x7e]{1,4000}$/.test(token.token.reveal()))
    throw invalidField(
      'token',
      '1 to 4000 visible ASCII characters without blanks',
      'Copy the token again, without line breaks and without the word Bearer.',
    );
  return deps.secrets.put(`token of the hook ${draft.name}`, token.token);
}

async function requirePlace(deps: HooksDeps, { call }: HookDraft): Promise<void> {
  if (call.kind === 'shell') requireCheckedServer(await deps.servers.list(), call.serverId, 'serverId');
}

async function remove(deps: HooksDeps, pairId: string, hookId: string, actor: Actor): Promise<void> {
  const removed: ChangeHook[] = [];
  await deps.hooks.update(pairId, (hooks) => {
    removed.push(...hooks.filter((hook) => hook.id === hookId));
    return hooks.filter((hook) => hook.id !== hookId);
  });
  const [hook] = removed;
  if (hook === undefined) throw noHook(hookId);
  await forget(deps, tokenOf(hook));
  await log(deps, actor, 'hook-removed', pairId, hook);
}

async function check(deps: HooksDeps, pairId: string, hookId: string | null, actor: Actor): Promise<string> {
  const pair = (await deps.changes.pairs()).find((each) => each.pairId === pairId);
  if (pair === undefined)
    throw new AppError('NOT_FOUND', { message: `no pair ${pairId}`, hint: 'It may have been removed.' });
  const hooks = pair.hooks.filter((hook) => hookId === null || hook.id === hookId);
  if (hooks.length === 0)
    throw hookId === null
      ? new AppError('NOT_FOUND', { message: `${pair.name} has no hooks`, hint: 'Add one first.' })
      : noHook(hookId);
  const input = checkInput(pair, hooks);
  const id = await startOperation(deps, checkHooks, input, {
    actor,
    serverId: null,
    pairId,
    idempotencyKey: null,
  });
  await deps.audit.append({
    actor: actor.name,
    action: 'hook-check-started',
    target: hooks.map((hook) => hook.name).join(', '),
    details: { operationId: id },
    pairId,
  });
  return id;
}

async function checked({ store }: HooksDeps, operationId: string): Promise<HookLook[] | null> {
  const operation = await store.load(operationId);
  if (operation?.kind !== checkHooks.kind)
    throw new AppError('NOT_FOUND', { message: `no check of hooks ${operationId}` });
  if (operation.problem !== null) throw new AppError(operation.problem.code, operation.problem);
  if (operation.status !== 'succeeded') return null;
  return parseHookLooks(operation.attempts.findLast((a) => a.output !== null)?.output);
}

function checkInput(pair: ChangePair, hooks: PinnedHook[]) {
  const { serverName, address, location } = pair.primary;
  const next = pair.standby;
  const input = {
    pairId: pair.pairId,
    pairName: pair.name,
    oldPrimary: { serverName, address, location: { port: location.port } },
    newPrimary: {
      serverName: next.serverName,
      address: next.address,
      location: { port: next.location.port },
    },
    hooks,
  };
  return input as typeof input & Json;
}

/** What it is and does; a token is only said to be there. */
function log(deps: HooksDeps, actor: Actor, action: string, pairId: string, hook: ChangeHook): Promise<void> {
  const { call } = hook;
  const where: NewAuditEntry['details'] =
    call.kind === 'shell'
      ? { serverId: call.serverId, runAs: call.runAs, mode: call.mode, line: call.line, check: call.check }
      : { ...requestFacts(call), line: hookLine(call) };
  const { moment, timeoutSeconds, veto, repeatable } = hook;
  return deps.audit.append({
    actor: actor.name,
    action,
    target: hook.name,
    details: { moment, timeoutSeconds, veto, repeatable, ...where },
    pairId,
  });
}

const requestFacts = ({ checkUrl, body, tokenSecretId, headers }: HttpCall): NewAuditEntry['details'] => ({
  checkUrl,
  body,
  headers: headers.map((h) => h.name).join(', '),
  hasToken: tokenSecretId !== null,
});

function noHook(id: string): AppError {
  return new AppError('NOT_FOUND', { message: `no hook ${id}`, hint: 'It may have been removed.' });
}
