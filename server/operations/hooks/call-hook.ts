import * as z from 'zod';
import { AppError, toAppError } from '#server/errors/app-error.ts';
import {
  hookTarget,
  type HookEvent,
  type HttpCall,
  type PinnedHook,
  type PinnedShellCall,
} from '#server/domain/change-hook.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { HookCalls } from '#server/ports/hook-calls.ts';
import type { HostJobState } from '#server/ports/postgres-runtime.ts';
import { within } from '../pair-world.ts';

/** What became of a call. `unknown`: nobody can say whether it ran. */
export const zHookOutcome = z.object({
  outcome: z.enum(['succeeded', 'failed', 'unknown']),
  detail: z.string(),
  durationMs: z.number(),
});
export type HookOutcome = z.infer<typeof zHookOutcome>;

export interface HookWorld {
  hooks: HookCalls;
  clock: Clock;
}
export type HookContext = Pick<
  StepContext<HookWorld, unknown>,
  'world' | 'signal' | 'log' | 'earlier' | 'progress'
>;

/** One call of one hook: its name is the same after a crash. */
export interface Call {
  name: string;
  hook: PinnedHook;
  event: HookEvent;
}

const LOOK_MS = 1_000;
/** Between two looks at a server that does not answer. */
const PAUSE_MS = 500;
const START_MS = 15_000;
/** The server itself ends the command at its time; so long we wait for that news. */
const GRACE_MS = 7_000;
const LOG_BYTES = 64 * 1024;
/** coreutils' timeout: the command was ended. */
const ENDED_BY_TIMEOUT = 124;
const KILLED = 137;

/** Longest `callHook`, ms. */
export const callMs = (hook: PinnedHook): number =>
  hook.timeoutSeconds * 1_000 + START_MS + GRACE_MS + START_MS;

/**
 * Calls a hook and waits for its end, at most its time. Rejects only when this run is stopped: all
 * else is an outcome. A command is never started twice under one name; a request that was
 * interrupted is sent again only where the hook may be repeated.
 */
export async function callHook(c: HookContext, call: Call): Promise<HookOutcome> {
  const startedAtMs = c.world.clock.monotonicMs();
  const { call: what } = call.hook;
  const answer = what.kind === 'shell' ? await runCommand(c, call, what) : await sendRequest(c, call, what);
  const durationMs = Math.round(c.world.clock.monotonicMs() - startedAtMs);
  c.log(`${call.hook.name}: ${answer.outcome}, ${answer.detail}`);
  return { ...answer, durationMs };
}

type Answer = Omit<HookOutcome, 'durationMs'>;
const failed = (detail: string): Answer => ({ outcome: 'failed', detail });
const unknown = (detail: string): Answer => ({ outcome: 'unknown', detail });

async function runCommand(c: HookContext, call: Call, command: PinnedShellCall): Promise<Answer> {
  const { hook, event, name } = call;
  try {
    const started = { ...within(c, START_MS), event, seconds: hook.timeoutSeconds };
    await c.world.hooks.start(name, command, started);
  } catch (thrown) {
    c.signal.throwIfAborted();
    const error = toAppError(thrown);
    // A start whose answer was lost may have happened: the server is asked like after any start.
    if (error.category !== 'unknown-outcome') return failed(`not started: ${error.message}`);
  }
  const state = await follow(c, call, command);
  if (state === null) return unknown(`${command.serverName} stopped answering while it ran`);
  if (state.status === 'lost' && hook.repeatable && !name.endsWith(REPEATED)) {
    c.log(`${hook.name}: nobody knows how it ended; called again, which its settings allow`);
    return runCommand(c, { ...call, name: name + REPEATED }, command);
  }
  return judge(state, hook);
}

const REPEATED = '-again';

/** What the server knows of an earlier call of that name; null = nothing yet, or it runs. */
export async function endedBefore(c: HookContext, call: Call): Promise<HookOutcome | null> {
  const command = call.hook.call;
  if (command.kind !== 'shell') return null;
  try {
    const state = await c.world.hooks.state(call.name, command, 0, within(c));
    if (state.status !== 'succeeded' && state.status !== 'failed') return null;
    return { ...judge(state, call.hook), durationMs: 0 };
  } catch {
    c.signal.throwIfAborted();
    return null;
  }
}

function judge(state: HostJobState, hook: PinnedHook): Answer {
  if (state.status === 'succeeded') return { outcome: 'succeeded', detail: 'exit code 0' };
  if (state.status === 'absent') return failed('not started: the server knows nothing of it');
  if (state.status === 'lost')
    return unknown('its end was not recorded: the server restarted, or somebody ended it');
  const code = state.exitCode;
  if (code === ENDED_BY_TIMEOUT || code === KILLED)
    return failed(`ended after its ${hook.timeoutSeconds} s (exit code ${code})`);
  return failed(`exit code ${code ?? '?'}`);
}

/** To the command's end, its output into the run's log; null = the server does not answer any more. */
async function follow(c: HookContext, call: Call, command: PinnedShellCall): Promise<HostJobState | null> {
  const { clock, hooks } = c.world;
  const endMs = clock.monotonicMs() + call.hook.timeoutSeconds * 1_000 + GRACE_MS;
  let seen: HostJobState | null = null;
  let fromByte = 0;
  while (clock.monotonicMs() < endMs) {
    try {
      seen = await hooks.state(call.name, command, fromByte, { ...within(c), endWithinMs: LOOK_MS });
      keepOutput(c, seen, fromByte);
      fromByte = seen.nextByte;
      if (seen.status !== 'running') return seen;
    } catch (thrown) {
      c.signal.throwIfAborted();
      c.log(`${call.hook.name}: ${toAppError(thrown).message}`);
      seen = null;
    }
    await clock.sleep(seen === null ? PAUSE_MS : 20, c.signal);
  }
  await hooks.cancel(call.name, command, within(c, START_MS)).catch((thrown: unknown) => {
    c.signal.throwIfAborted();
    c.log(`${call.hook.name} could not be ended: ${toAppError(thrown).message}`);
  });
  return seen === null ? null : { ...seen, status: 'failed', exitCode: ENDED_BY_TIMEOUT };
}

function keepOutput(c: HookContext, { log, nextByte }: HostJobState, fromByte: number): void {
  if (log.trim() !== '' && fromByte < LOG_BYTES) c.log(log.slice(0, LOG_BYTES - fromByte), 'stdout');
  if (fromByte < LOG_BYTES && nextByte > LOG_BYTES)
    c.log(`more than ${LOG_BYTES / 1024} KiB of output: the rest is in the job's log on the server`);
}

async function sendRequest(c: HookContext, call: Call, request: HttpCall): Promise<Answer> {
  const { hook, event } = call;
  const target = hookTarget(request);
  if (c.earlier === 'interrupted' && !hook.repeatable)
    return unknown(
      `Tandem was interrupted while it called ${target}: whether that was received is not known`,
    );
  try {
    const wait = { signal: c.signal, timeoutMs: hook.timeoutSeconds * 1_000 };
    const { status, body } = await c.world.hooks.request(request, { ...wait, event });
    if (body.trim() !== '') c.log(body, 'stdout');
    if (status >= 200 && status < 300) return { outcome: 'succeeded', detail: `status ${status}` };
    const redirect = status >= 300 && status < 400 ? ': redirects are not followed' : '';
    return failed(`status ${status}${redirect}`);
  } catch (thrown) {
    c.signal.throwIfAborted();
    const error = toAppError(thrown);
    if (error.code === 'DEADLINE_EXCEEDED') return failed(`no answer within its ${hook.timeoutSeconds} s`);
    return error.category === 'unknown-outcome' ? unknown(error.message) : failed(error.message);
  }
}

/** The error of a hook that had to succeed. */
export function hookFailed(hook: PinnedHook, o: HookOutcome, hint: string): AppError {
  return new AppError('HOOK_FAILED', {
    message: `the hook "${hook.name}" ${o.outcome === 'unknown' ? 'may or may not have run' : 'failed'}`,
    detail: o.detail,
    hint,
    data: { hook: hook.name, target: hookTarget(hook.call) },
  });
}
