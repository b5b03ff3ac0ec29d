import type { HookEvent, HttpCall, PinnedHook, PinnedShellCall } from '#server/domain/change-hook.ts';
import type { HostJobState, Wait } from './postgres-runtime.ts';

/** What the other side answered to a request; its text is cut and holds no secret. */
export interface HookAnswer {
  status: number;
  body: string;
  durationMs: number;
}

/** How far a hook was proven to be callable, and why not. */
export interface HookCheck {
  /** `answers`: its harmless check succeeded. `reachable`: it was not tried, but the way to it works. */
  state: 'answers' | 'reachable' | 'fails';
  detail: string;
  durationMs: number;
}

/** Calls the hooks of one run. A command runs detached on its server: it outlives us and can be asked later. */
export interface HookCalls {
  /** Starts the command under the name `call`; a second start of that name does nothing. */
  start(
    call: string,
    command: PinnedShellCall,
    o: Wait & { event: HookEvent; seconds: number },
  ): Promise<void>;
  /** Answers at once, or as soon as it ends within `endWithinMs`. */
  state(
    call: string,
    command: PinnedShellCall,
    fromByte: number,
    o: Wait & { endWithinMs?: number },
  ): Promise<HostJobState>;
  cancel(call: string, command: PinnedShellCall, o: Wait): Promise<void>;
  /**
   * Rejects HOOK_FAILED when the request surely was not received, COMMAND_ANSWER_LOST when it may
   * have been. Any status is an answer.
   */
  request(call: HttpCall, o: Wait & { event: HookEvent }): Promise<HookAnswer>;
  /** Never calls the hook itself; never rejects for what happens on the other side. */
  check(hook: PinnedHook, o: Wait & { event: HookEvent }): Promise<HookCheck>;
}
