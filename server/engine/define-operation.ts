import type { Problem } from '#server/errors/app-error.ts';
import type { GateResult, PlanAction, PlanGroup, Text } from '#server/domain/plan.ts';
import type { StepProgress } from '#server/domain/operation-view.ts';
import type { Json } from '#server/ports/operation-store.ts';

/**
 * Operations as data. An operation is a table of steps; a step has `needs`, `isDone`, `do` and
 * `undo`. The engine never repeats `do` blindly: after any doubt it asks `isDone` first.
 */

/** What a step is given. `World` is the operation's access to hosts; the engine does not look inside. */
export interface StepContext<World, Input> {
  world: World;
  input: Input;
  signal: AbortSignal;
  /** Output of a finished step; undefined when it has none. */
  outputOf(step: string): Json | undefined;
  /** State that a step remembered before its effect; undefined before that. */
  rememberedBy(step: string): Json | undefined;
  /**
   * How the attempt before this one of the same step and direction ended; null = this is the first.
   * After `interrupted` nobody knows how far it came.
   */
  earlier: 'ended' | 'interrupted' | null;
  log(text: string, stream?: 'engine' | 'stdout' | 'stderr'): void;
  progress(p: StepProgress): void;
}

/** A named condition on one observation. Pure, so the dialog and the run use the same. */
export type Gate<Observation, Input> = (o: Observation, input: Input) => GateResult | GateResult[];

export type DoneAnswer = 'done' | 'not-done' | { conflict: Problem };

export interface StepTimeouts {
  /** Longest `do`, ms. */
  doMs: number;
  /** Longest wait for `isDone` after `do`, ms. */
  settleMs: number;
  /** Time between two `isDone` while settling, ms; 100 when absent. */
  pollMs?: number;
}

export type SettleTimeouts = Pick<StepTimeouts, 'settleMs' | 'pollMs'>;

/** The times of a step for this input. */
export function timeoutsFor<I, T>(timeouts: T | ((input: I) => T), input: I): T {
  return timeouts instanceof Function ? timeouts(input) : timeouts;
}

/** Which failures of `do` are tried again within one attempt: after `isDone` said not-done. */
export interface RetryRow {
  attempts: number;
  backoffMs: number;
}
export const RETRY = {
  never: { attempts: 1, backoffMs: 0 },
  /** Categories unreachable and unknown-outcome; always behind a fresh `isDone`. */
  transientOnly: { attempts: 4, backoffMs: 500 },
} as const satisfies Record<string, RetryRow>;

interface StepFace<World, Input> {
  name: string;
  group: PlanGroup;
  /** Name of the server it acts on. */
  server: (c: PlanContext<World, Input>) => string | null;
  explain: (c: PlanContext<World, Input>) => Text;
  /** Exact commands, statements and files, for the plan page and the export. */
  actions?: (c: PlanContext<World, Input>) => PlanAction[] | Promise<PlanAction[]>;
  expectedMs?: (c: PlanContext<World, Input>) => number | null;
  /** True = this input does not need the step: it is in neither plan nor run. Pure. */
  skip?: (input: Input) => boolean;
  /**
   * What the steps before it built is worth keeping without it: its failure undoes the additions alone, then
   * asks a person. A wish to stop undoes everything.
   */
  addition?: true;
}

/** What explaining may use: no effects, one observation made for the plan. */
export interface PlanContext<World, Input> {
  world: World;
  input: Input;
}

export interface CheckStep<World, Observation, Input> extends StepFace<World, Input> {
  kind: 'check';
  gates: readonly Gate<Observation, Input>[];
}

export interface UndoPart<World, Input> {
  explain: (c: PlanContext<World, Input>) => Text;
  isDone: (c: StepContext<World, Input>, remembered: Json) => Promise<DoneAnswer>;
  do: (c: StepContext<World, Input>, remembered: Json) => Promise<void>;
}

export interface MutationStep<World, Observation, Input> extends StepFace<World, Input> {
  kind: 'mutation';
  /** Conditions taken anew at that instant. */
  needs: readonly Gate<Observation, Input>[];
  isDone: (c: StepContext<World, Input>) => Promise<DoneAnswer>;
  /** Reads what `undo` will put back; stored before `do` starts. */
  remember?: (c: StepContext<World, Input>) => Promise<Json>;
  do: (c: StepContext<World, Input>) => Promise<void>;
  /** Read after `isDone`; kept as the step's output. */
  output?: (c: StepContext<World, Input>) => Promise<Json>;
  /** The key fact shown beside the finished step. */
  fact?: (output: Json) => Text;
  undo: UndoPart<World, Input> | { nothing: Text };
  /** Fixed, or from the input where a person gave a limit. */
  timeouts: StepTimeouts | ((input: Input) => StepTimeouts);
  retry: RetryRow;
}

export interface WaitStep<World, Input> extends StepFace<World, Input> {
  kind: 'wait';
  isDone: (c: StepContext<World, Input>) => Promise<DoneAnswer>;
  output?: (c: StepContext<World, Input>) => Promise<Json>;
  fact?: (output: Json) => Text;
  timeouts: SettleTimeouts | ((input: Input) => SettleTimeouts);
}

/** Reads from hosts and keeps the answer as its output; changes nothing. */
export interface ReadStep<World, Input> extends StepFace<World, Input> {
  kind: 'read';
  read: (c: StepContext<World, Input>) => Promise<Json>;
  fact?: (output: Json) => Text;
  timeoutMs: number;
}

export type Step<World, Observation, Input> =
  | ReadStep<World, Input>
  | CheckStep<World, Observation, Input>
  | MutationStep<World, Observation, Input>
  | WaitStep<World, Input>;

/** From here on the engine only goes forward or asks. */
export const POINT_OF_NO_RETURN = 'point-of-no-return' as const;

export interface Operation<World, Observation, Input> {
  kind: string;
  version: number;
  title: (input: Input) => Text;
  /** Parses stored input; throws INVALID_INPUT. */
  parseInput: (raw: unknown) => Input;
  /** Takes one observation of everything that gates look at. */
  observe: (c: StepContext<World, Input>) => Promise<Observation>;
  steps: readonly (Step<World, Observation, Input> | typeof POINT_OF_NO_RETURN)[];
}

/** The table with its types kept. */
export function defineOperation<World, Observation, Input>(
  operation: Operation<World, Observation, Input>,
): Operation<World, Observation, Input> {
  return operation;
}

/** The steps that this input needs, without the marker; and the index of the first step behind it (null = none). */
export function stepsOf<W, O, I>(
  operation: Operation<W, O, I>,
  input: I,
): { steps: Step<W, O, I>[]; pointOfNoReturn: number | null } {
  const steps: Step<W, O, I>[] = [];
  let pointOfNoReturn: number | null = null;
  for (const row of operation.steps) {
    if (row === POINT_OF_NO_RETURN) pointOfNoReturn = steps.length;
    else if (row.skip?.(input) !== true) steps.push(row);
  }
  return { steps, pointOfNoReturn };
}
