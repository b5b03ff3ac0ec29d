import { HookCommands } from '#server/adapters/hooks/hook-commands.ts';
import { checkHookRequest, sendHookRequest } from '#server/adapters/hooks/hook-requests.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { HttpCall, PinnedHook, PinnedShellCall } from '#server/domain/change-hook.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { HookCalls, HookCheck } from '#server/ports/hook-calls.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { Hosts } from '../hosts.ts';

/** A look repeats every few seconds; nobody's service should be asked that often for its health. */
const KEEP_CHECK_MS = 60_000;
const KEEP_FAILURE_MS = 10_000;

/** A run that may act: its id names the commands on hosts, its token guards them. */
export interface HookRun {
  operationId: string;
  pairId: string;
  token: bigint;
}

/** Calls hooks on real servers; one for the process, because looks share what checks answered. */
export class WorkerHooks {
  readonly #hosts: Hosts;
  readonly #secrets: SecretStore;
  readonly #clock: Clock;
  readonly #checks = new Map<string, { check: HookCheck; atMs: number }>();

  constructor(o: { hosts: Hosts; secrets: SecretStore; clock: Clock }) {
    this.#hosts = o.hosts;
    this.#secrets = o.secrets;
    this.#clock = o.clock;
  }

  /** The hooks of one run; without one (a look) nothing is called, and a fresh check is not repeated. */
  open(run: HookRun | null): HookCalls {
    const commands = (call: PinnedShellCall): Promise<HookCommands> => this.#commands(call, run);
    const job = (call: string): string => `hook-${run?.operationId ?? 'none'}-${call}`;
    return {
      start: async (call, command, o) => (await commands(command)).start(job(call), command, o),
      state: async (call, command, fromByte, o) => (await commands(command)).state(job(call), fromByte, o),
      cancel: async (call, command, o) => (await commands(command)).cancel(job(call), o),
      request: async (call, o) => sendHookRequest(call, await this.#token(call), o),
      check: (hook, o) => (run === null ? this.#recentCheck(hook, o) : this.#check(hook, o)),
    };
  }

  async #commands(call: PinnedShellCall, run: HookRun | null): Promise<HookCommands> {
    const fence = run === null ? null : { resource: `hooks-${run.pairId}`, token: run.token };
    const { read, act } = await this.#hosts.ways(call.serverId, fence);
    return new HookCommands({ read, act, owner: call.runAs });
  }

  async #token(call: HttpCall): Promise<Secret | null> {
    return call.tokenSecretId === null ? null : this.#secrets.get(call.tokenSecretId);
  }

  async #recentCheck(hook: PinnedHook, o: Parameters<HookCalls['check']>[1]): Promise<HookCheck> {
    const key = JSON.stringify(hook);
    const known = this.#checks.get(key);
    const keepMs = known?.check.state === 'fails' ? KEEP_FAILURE_MS : KEEP_CHECK_MS;
    if (known !== undefined && this.#clock.monotonicMs() - known.atMs < keepMs) return known.check;
    const check = await this.#check(hook, o);
    this.#forgetOld();
    this.#checks.set(key, { check, atMs: this.#clock.monotonicMs() });
    return check;
  }

  #forgetOld(): void {
    for (const [key, { atMs }] of this.#checks)
      if (this.#clock.monotonicMs() - atMs >= KEEP_CHECK_MS) this.#checks.delete(key);
  }

  async #check(hook: PinnedHook, o: Parameters<HookCalls['check']>[1]): Promise<HookCheck> {
    const { call } = hook;
    const wait = { ...o, timeoutMs: Math.min(o.timeoutMs, hook.timeoutSeconds * 1_000) };
    const startedAtMs = this.#clock.monotonicMs();
    try {
      if (call.kind === 'http') return await checkHookRequest(call, await this.#token(call), wait);
      // As in a run, so that a server without a place for locks is found now and not then.
      const asInRun = { operationId: 'check', pairId: 'check', token: 0n };
      return await (await this.#commands(call, asInRun)).check(call, wait);
    } catch (thrown) {
      o.signal.throwIfAborted();
      const durationMs = this.#clock.monotonicMs() - startedAtMs;
      return { state: 'fails', detail: toAppError(thrown).message, durationMs };
    }
  }
}
