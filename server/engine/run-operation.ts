import { AppError, toAppError } from '#server/errors/app-error.ts';
import type { Clock } from '#server/ports/clock.ts';
import type {
  Json,
  Lease,
  OperationPatch,
  OperationStore,
  StoredAttempt,
  StoredOperation,
} from '#server/ports/operation-store.ts';
import { earlierAttempt, outputOf, rememberedBy } from './attempt-history.ts';
import {
  stepsOf,
  timeoutsFor,
  type MutationStep,
  type Operation,
  type Step,
  type StepContext,
} from './define-operation.ts';
import { SimulatedCrash, type FaultPoint, type FaultPoints } from './fault-points.ts';
import type { Problem } from '#server/errors/app-error.ts';
import { asksAgain, isKeeping, keeping } from './keep-what-stands.ts';
import { planHashMatches } from './plan-hash.ts';
import { runCheck, runMutation, runRead, runWait, type StepResult } from './run-step.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import { StepJournal } from './step-journal.ts';

export interface EngineDeps {
  store: OperationStore;
  clock: Clock;
  faults: FaultPoints;
}

/**
 * Opens the operation's access to hosts, bound to the lease's token; closed at the end. Must not
 * wait for a host: connecting belongs into the steps, where a failure is recorded.
 */
export type OpenWorld<World> = (
  o: StoredOperation,
  lease: Lease,
  signal: AbortSignal,
) => Promise<World & { close(): Promise<void> }>;

/** One claimed operation on its way. */
interface Run<W, O, I> {
  deps: EngineDeps;
  operation: Operation<W, O, I>;
  steps: Step<W, O, I>[];
  pointOfNoReturn: number | null;
  input: I;
  world: W;
  lease: Lease;
  state: StoredOperation;
  /** The cursor's attempt, when it was begun together with the end of the step before. */
  begun: StoredAttempt | null;
  /** Ends with the worker, or when the lease is lost. */
  signal: AbortSignal;
  /** Ends also when a person cancels before the point of no return. */
  stepSignal: AbortSignal;
}

/**
 * Drives one claimed operation until it is terminal, needs a person, or the worker stops. Never
 * throws for what happens on hosts: that is recorded. Throws LEASE_LOST, the worker's abort reason
 * and a test's SimulatedCrash, with nothing recorded, so that the next owner finds the truth.
 */
export async function runOperation<W, O, I>(
  deps: EngineDeps,
  operation: Operation<W, O, I>,
  openWorld: OpenWorld<W>,
  claimed: { lease: Lease; operation: StoredOperation },
  signals: { worker: AbortSignal; cancel: AbortSignal },
): Promise<StoredOperation> {
  const { lease } = claimed;
  const state = claimed.operation;
  const input = operation.parseInput(state.input);
  if (!planHashMatches(operation, input, state)) {
    return stop(deps, lease, state, {
      status: 'needs-attention',
      problem: new AppError('PLAN_MISMATCH', {
        message: `this version of Tandem has other steps for ${state.kind} than the plan that was approved`,
        hint: 'Finish it with the version that started it, or close it and look at both servers.',
      }).toProblem(),
    });
  }
  const world = await openWorld(state, lease, signals.worker);
  try {
    const run: Run<W, O, I> = {
      deps,
      operation,
      ...stepsOf(operation, input),
      input,
      world,
      lease,
      state,
      begun: null,
      signal: signals.worker,
      stepSignal: AbortSignal.any([signals.worker, signals.cancel]),
    };
    while (!isTerminal(run.state.status) && run.state.status !== 'needs-attention')
      await advance(run, signals.cancel);
    return run.state;
  } finally {
    await world.close();
  }
}

async function advance<W, O, I>(run: Run<W, O, I>, cancel: AbortSignal): Promise<void> {
  const { state } = run;
  switch (state.status) {
    case 'queued':
      await patch(run, { status: 'running' });
      return;
    case 'running':
      await advanceForward(run, cancel);
      return;
    case 'undoing': {
      const step = run.steps[state.cursor];
      if (isKeeping(state.problem) && (await isWishedToStop(run, cancel)))
        await patch(run, { problem: cancelled() });
      else if (isKeeping(state.problem) && step?.addition !== true) await patch(run, asksAgain(state));
      else if (state.cursor < 0) await patch(run, { status: 'undone' });
      else if (step === undefined) await patch(run, { cursor: state.cursor - 1 });
      else await backward(run, step);
      return;
    }
    default:
      throw new AppError('ASSERTION', { message: `operation in status ${state.status} cannot be advanced` });
  }
}

async function isWishedToStop<W, O, I>(run: Run<W, O, I>, cancel: AbortSignal): Promise<boolean> {
  return cancel.aborted || (await run.deps.store.isCancelRequested(run.state.id));
}

async function advanceForward<W, O, I>(run: Run<W, O, I>, cancel: AbortSignal): Promise<void> {
  const { state } = run;
  const step = run.steps[state.cursor];
  if (run.begun !== null && step !== undefined) {
    await forward(run, step);
    return;
  }
  if (!state.committed && (await isWishedToStop(run, cancel))) {
    await patch(run, { status: 'undoing', problem: cancelled() });
  } else if (step === undefined) {
    await patch(run, { status: 'succeeded', problem: null });
  } else {
    if (state.cursor === run.pointOfNoReturn && !state.committed) await patch(run, { committed: true });
    await forward(run, step);
  }
}

async function forward<W, O, I>(run: Run<W, O, I>, step: Step<W, O, I>): Promise<void> {
  const { deps, lease, state } = run;
  const attempt = run.begun ?? (await begin(run, step.name, 'forward'));
  run.begun = null;
  const journal = new StepJournal(deps.store, deps.clock, lease, attempt);
  const signal = state.committed ? run.signal : run.stepSignal;
  const c = context(run, journal, attempt, signal);
  const hit = (point: FaultPoint): Promise<void> =>
    deps.faults.hit({ step: step.name, direction: 'forward', point });
  try {
    await hit('after-start-record');
    const result = await runForward(run, step, c, journal, attempt, () => hit('after-effect'));
    await hit('before-finish-record');
    await journal.flush();
    await goOn(run, attempt, result);
  } catch (thrown) {
    if (mustNotRecord(run, thrown)) throw thrown;
    const error = signal.aborted && !run.signal.aborted ? cancelledError() : toAppError(thrown);
    journal.log(
      'engine',
      step.name,
      `failed: ${error.message}${error.detail === undefined ? '' : ` (${error.detail})`}`,
    );
    await journal.flush();
    const problem = error.toProblem();
    await finish(run, attempt, { status: 'failed', problem }, behindFailure(state.committed, step, error));
  }
}

/** To the next step, in one write with the end of this one; behind the last, only the end. */
async function goOn<W, O, I>(run: Run<W, O, I>, attempt: StoredAttempt, result: StepResult): Promise<void> {
  const cursor = run.state.cursor + 1;
  const next = run.steps[cursor];
  if (next === undefined) {
    await finish(run, attempt, result, { cursor, problem: null });
    return;
  }
  const commit = cursor === run.pointOfNoReturn;
  const finished = { attemptId: attempt.id, status: result.status, output: result.output };
  run.begun = await run.deps.store.advance(run.lease, finished, { cursor, step: next.name, commit });
  attempt.status = result.status;
  attempt.output = result.output;
  if (run.begun !== null) run.state.attempts.push(run.begun);
  const committed = run.state.committed || (commit && run.begun !== null);
  run.state = { ...run.state, cursor, problem: null, committed };
}

function runForward<W, O, I>(
  run: Run<W, O, I>,
  step: Step<W, O, I>,
  c: StepContext<W, I>,
  journal: StepJournal,
  attempt: StoredAttempt,
  afterEffect: () => Promise<void>,
): Promise<StepResult> {
  switch (step.kind) {
    case 'check':
      return runCheck(step, c, run.operation.observe);
    case 'wait':
      return runWait(step, c, run.deps.clock);
    case 'read':
      return runRead(step, c, run.deps.clock);
    case 'mutation':
      return runMutation(step, c, run.operation.observe, {
        clock: run.deps.clock,
        afterEffect,
        alreadyRemembered: rememberedBy(run.state.attempts, step.name) !== undefined,
        remember: async (remembered) => {
          await run.deps.store.remember(run.lease, attempt.id, remembered);
          attempt.remembered = remembered;
        },
      });
  }
}

async function backward<W, O, I>(run: Run<W, O, I>, step: Step<W, O, I>): Promise<void> {
  const remembered = step.kind === 'mutation' ? rememberedBy(run.state.attempts, step.name) : undefined;
  if (step.kind !== 'mutation' || remembered === undefined || 'nothing' in step.undo) {
    await patch(run, { cursor: run.state.cursor - 1 });
    return;
  }
  const attempt = await begin(run, step.name, 'undo');
  const journal = new StepJournal(run.deps.store, run.deps.clock, run.lease, attempt);
  const c = context(run, journal, attempt, run.signal);
  const hit = (point: FaultPoint): Promise<void> =>
    run.deps.faults.hit({ step: step.name, direction: 'undo', point });
  try {
    await hit('after-start-record');
    const status = await undo(run, step, step.undo, c, remembered, () => hit('after-effect'));
    await hit('before-finish-record');
    await journal.flush();
    await finish(run, attempt, { status }, { cursor: run.state.cursor - 1 });
  } catch (thrown) {
    if (mustNotRecord(run, thrown)) throw thrown;
    const error = toAppError(thrown);
    journal.log('engine', step.name, `undo failed: ${error.message}`);
    await journal.flush();
    const problem = new AppError('UNDO_FAILED', {
      message: `undoing ${step.name} failed: ${error.message}`,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      hint: [error.hint, undoHint(run.state.problem)].filter((one) => one !== undefined).join(' '),
      data: { step: step.name, cause: error.code },
    }).toProblem();
    await finish(
      run,
      attempt,
      { status: 'failed', problem: error.toProblem() },
      { status: 'needs-attention', problem },
    );
  }
}

/** Undo after an addition's failure would take back what stands as well. */
function undoHint(problem: Problem | null): string {
  return isKeeping(problem)
    ? 'Mend the cause and choose Retry: what was added is made again, or taken away again. Undo takes back everything before it, too.'
    : 'Mend the cause and choose Undo again; what was undone already stays undone.';
}

async function undo<W, O, I>(
  run: Run<W, O, I>,
  step: MutationStep<W, O, I>,
  part: Exclude<MutationStep<W, O, I>['undo'], { nothing: unknown }>,
  c: StepContext<W, I>,
  remembered: Json,
  afterEffect: () => Promise<void>,
): Promise<'done' | 'already-done'> {
  const isDone = (inner: StepContext<W, I>): ReturnType<typeof part.isDone> => part.isDone(inner, remembered);
  const { doMs, settleMs } = timeoutsFor(step.timeouts, run.input);
  const way = { ...step };
  // What the step answered forward says nothing of its undo.
  delete way.output;
  const result = await runMutation<W, O, I>(
    {
      ...way,
      needs: [],
      isDone,
      do: (inner) => part.do(inner, remembered),
      timeouts: { doMs, settleMs },
      retry: { attempts: 4, backoffMs: 500 },
    },
    c,
    run.operation.observe,
    { clock: run.deps.clock, afterEffect, alreadyRemembered: true, remember: () => Promise.resolve() },
  );
  return result.status;
}

function context<W, O, I>(
  run: Run<W, O, I>,
  journal: StepJournal,
  attempt: StoredAttempt,
  signal: AbortSignal,
): StepContext<W, I> {
  const step = attempt.stepName;
  return {
    world: run.world,
    input: run.input,
    signal,
    outputOf: (name) => outputOf(run.state.attempts, name),
    rememberedBy: (name) => rememberedBy(run.state.attempts, name),
    earlier: earlierAttempt(run.state.attempts, attempt),
    log: (text, stream = 'engine') => journal.log(stream, step, text),
    progress: (p) => journal.progress(p),
  };
}

async function begin<W, O, I>(
  run: Run<W, O, I>,
  step: string,
  direction: 'forward' | 'undo',
): Promise<StoredAttempt> {
  const attempt = await run.deps.store.beginAttempt(run.lease, step, direction);
  for (const a of run.state.attempts) if (a.status === 'started') a.status = 'interrupted';
  run.state.attempts.push(attempt);
  return attempt;
}

async function finish<W, O, I>(
  run: Run<W, O, I>,
  attempt: StoredAttempt,
  result: Parameters<OperationStore['finishAttempt']>[2],
  change: OperationPatch,
): Promise<void> {
  await run.deps.store.finishAttempt(run.lease, attempt.id, result, change);
  attempt.status = result.status;
  attempt.output = result.output ?? null;
  attempt.problem = result.problem ?? null;
  run.state = { ...run.state, ...change };
}

async function patch<W, O, I>(run: Run<W, O, I>, change: OperationPatch): Promise<void> {
  await run.deps.store.patch(run.lease, change);
  run.state = { ...run.state, ...change };
}

async function stop(
  deps: EngineDeps,
  lease: Lease,
  state: StoredOperation,
  change: OperationPatch,
): Promise<StoredOperation> {
  await deps.store.patch(lease, change);
  return { ...state, ...change };
}

/** A crash, a lost lease and a stopping worker leave no record: the next owner looks for itself. */
function mustNotRecord<W, O, I>(run: Run<W, O, I>, thrown: unknown): boolean {
  if (thrown instanceof SimulatedCrash || run.signal.aborted) return true;
  return thrown instanceof AppError && thrown.code === 'LEASE_LOST';
}

/** Where a run goes whose step failed. */
function behindFailure(
  committed: boolean,
  { addition }: { addition?: true },
  error: AppError,
): OperationPatch {
  const problem = error.toProblem();
  if (committed || needsPerson(error)) return { status: 'needs-attention', problem };
  const keeps = addition === true && error.code !== 'CANCELLED';
  return { status: 'undoing', problem: keeps ? keeping(problem) : problem };
}

/** Where undoing by ourselves could do harm. */
function needsPerson(error: AppError): boolean {
  return error.category === 'unsafe' || error.category === 'bug' || error.data['conflict'] === true;
}

function cancelledError(): AppError {
  return new AppError('CANCELLED', { message: 'cancelled by a person' });
}
const cancelled = (): ReturnType<AppError['toProblem']> => cancelledError().toProblem();
