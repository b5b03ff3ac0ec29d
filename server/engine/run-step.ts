import { AppError, toAppError, type Problem } from '#server/errors/app-error.ts';
import type { GateResult } from '#server/domain/plan.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { withDeadline } from './deadline.ts';
import { timeoutsFor } from './define-operation.ts';
import { SimulatedCrash } from './fault-points.ts';
import type {
  CheckStep,
  DoneAnswer,
  Gate,
  MutationStep,
  ReadStep,
  RetryRow,
  StepContext,
  StepTimeouts,
  WaitStep,
} from './define-operation.ts';

export interface StepResult {
  status: 'done' | 'already-done';
  output: Json | null;
}

interface Hooks {
  clock: Clock;
  afterEffect: () => Promise<void>;
  /** Stores what undo will put back; a no-op when an earlier attempt did. */
  remember: (state: Json) => Promise<void>;
  alreadyRemembered: boolean;
}

const PROBE_MS = 20_000;
const MAX_BACKOFF_MS = 10_000;

/** Evaluates gates on one observation; rejects GATE_FAILED when one blocks or could not be measured. */
export function requireGates<O, I>(gates: readonly Gate<O, I>[], observation: O, input: I): GateResult[] {
  const results = gates.flatMap((gate) => gate(observation, input));
  const bad = results.filter((r) => r.state === 'blocking' || r.state === 'unknown');
  const first = bad[0];
  if (first === undefined) return results;
  throw new AppError('GATE_FAILED', {
    message: bad.map((b) => b.title.en).join('; '),
    // A server that does not answer is the reason of many gates, and is said once.
    detail: [...new Set(bad.map((b) => b.detail.en))].join('; '),
    ...(first.fix === null ? {} : { hint: first.fix.en }),
    data: { gate: first.code, server: first.server, count: bad.length },
  });
}

/** A check has no effect: one observation, all gates. */
export async function runCheck<W, O, I>(
  step: CheckStep<W, O, I>,
  c: StepContext<W, I>,
  observe: (c: StepContext<W, I>) => Promise<O>,
): Promise<StepResult> {
  const results = requireGates(step.gates, await observe(c), c.input);
  for (const r of results) c.log(`${r.state === 'ok' ? 'ok' : r.state}: ${r.title.en}: ${r.detail.en}`);
  return { status: 'done', output: { gates: results.map((r) => ({ code: r.code, state: r.state })) } };
}

/** A read has no effect; its answer is the output. */
export async function runRead<W, I>(
  step: ReadStep<W, I>,
  c: StepContext<W, I>,
  clock: Clock,
): Promise<StepResult> {
  const output = await withDeadline(
    clock,
    { ms: step.timeoutMs, signal: c.signal, what: step.name },
    (signal) => step.read({ ...c, signal }),
  );
  return { status: 'done', output };
}

/** Polls `isDone` to a deadline. */
export async function runWait<W, I>(
  step: WaitStep<W, I>,
  c: StepContext<W, I>,
  clock: Clock,
): Promise<StepResult> {
  await settle(step.isDone, c, clock, step.name, timeoutsFor(step.timeouts, c.input));
  return { status: 'done', output: step.output === undefined ? null : await step.output(c) };
}

/** needs → isDone → remember → do → isDone until settled. A zero exit code is no proof; the probe is. */
export async function runMutation<W, O, I>(
  step: MutationStep<W, O, I>,
  c: StepContext<W, I>,
  observe: (c: StepContext<W, I>) => Promise<O>,
  hooks: Hooks,
): Promise<StepResult> {
  const output = async (): Promise<Json | null> => (step.output === undefined ? null : await step.output(c));
  const before = await probe(step.isDone, c, hooks.clock, step.name);
  if (before === 'done') return { status: 'already-done', output: await output() };
  if (step.needs.length > 0) requireGates(step.needs, await observe(c), c.input);
  // What is never undone needs no memory of before: behind the point of no return each write is an outage.
  if (!hooks.alreadyRemembered && 'do' in step.undo)
    await hooks.remember(step.remember === undefined ? {} : await step.remember(c));
  const timeouts = timeoutsFor(step.timeouts, c.input);
  await doWithRetry({ ...step, timeouts }, c, hooks.clock);
  await hooks.afterEffect();
  await settle(step.isDone, c, hooks.clock, step.name, timeouts);
  return { status: 'done', output: await output() };
}

async function doWithRetry<W, O, I>(
  step: {
    name: string;
    do: (c: StepContext<W, I>) => Promise<void>;
    retry: RetryRow;
    timeouts: StepTimeouts;
  } & Pick<MutationStep<W, O, I>, 'isDone'>,
  c: StepContext<W, I>,
  clock: Clock,
): Promise<void> {
  const failures: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      await withDeadline(clock, { ms: step.timeouts.doMs, signal: c.signal, what: step.name }, (signal) =>
        step.do({ ...c, signal }),
      );
      return;
    } catch (thrown) {
      if (thrown instanceof SimulatedCrash || c.signal.aborted) throw thrown;
      const error = toAppError(thrown);
      const transient = error.category === 'unreachable' || error.category === 'unknown-outcome';
      if (!transient) throw error;
      failures.push(error.message);
      c.log(`${error.message}; looking at what became of it`);
      if ((await probe(step.isDone, c, clock, step.name)) === 'done') return;
      if (attempt >= step.retry.attempts) throw aggregated(error, failures);
      await clock.sleep(Math.min(MAX_BACKOFF_MS, step.retry.backoffMs * 2 ** (attempt - 1)), c.signal);
    }
  }
}

/** One error for all tries, equal causes folded with a count. */
function aggregated(last: AppError, failures: readonly string[]): AppError {
  const counts = new Map<string, number>();
  for (const f of failures) counts.set(f, (counts.get(f) ?? 0) + 1);
  const detail = [...counts].map(([text, n]) => (n === 1 ? text : `${text} (${n} times)`)).join('; ');
  const { message, code, hint } = last;
  return new AppError(code, {
    message,
    detail,
    data: last.data,
    cause: last,
    ...(hint === undefined ? {} : { hint }),
  });
}

async function probe<C extends { signal: AbortSignal }>(
  isDone: (c: C) => Promise<DoneAnswer>,
  c: C,
  clock: Clock,
  name: string,
): Promise<'done' | 'not-done'> {
  const answer = await withDeadline(
    clock,
    { ms: PROBE_MS, signal: c.signal, what: `probe of ${name}` },
    (signal) => isDone({ ...c, signal }),
  );
  if (typeof answer === 'object') throw conflictError(answer.conflict);
  return answer;
}

/** Polls until done. Probes that fail because a host is away are repeated until the time is over. */
export async function settle<C extends { signal: AbortSignal }>(
  isDone: (c: C) => Promise<DoneAnswer>,
  c: C,
  clock: Clock,
  name: string,
  t: { settleMs: number; pollMs?: number },
): Promise<void> {
  const endMs = clock.monotonicMs() + t.settleMs;
  let lastFailure: AppError | null = null;
  for (;;) {
    try {
      if ((await probe(isDone, c, clock, name)) === 'done') return;
      lastFailure = null;
    } catch (thrown) {
      if (thrown instanceof SimulatedCrash || c.signal.aborted) throw thrown;
      const error = toAppError(thrown);
      if (error.category !== 'unreachable' && error.category !== 'unknown-outcome') throw error;
      lastFailure = error;
    }
    if (clock.monotonicMs() >= endMs) throw notReached(name, t.settleMs, lastFailure);
    await clock.sleep(t.pollMs ?? 100, c.signal);
  }
}

function notReached(name: string, settleMs: number, last: AppError | null): AppError {
  return new AppError('EFFECT_NOT_REACHED', {
    message: `${name} was not reached within ${Math.round(settleMs / 1000)} s`,
    ...(last === null ? {} : { detail: last.message, cause: last }),
    data: { step: name, timeoutMs: settleMs },
  });
}

/** The world is in neither the old nor the new state: stop and ask. */
function conflictError(p: Problem): AppError {
  const { code, message, detail, hint, data } = p;
  return new AppError(code, {
    message,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    data: { ...data, conflict: true },
  });
}
