import type { OperationView, StepState } from '#server/domain/operation-view.ts';
import type { PlanStep } from '#server/domain/plan.ts';
import { ERROR_CATALOG } from '#server/errors/catalog.ts';

export interface FailureFacts {
  /** What the run did to the server that takes writes. */
  writes: { state: 'untouched' } | { state: 'restarted' | 'unclear'; server: string };
  dataAtRisk: boolean;
  /** Places that existing data was moved to. */
  moved: string[];
  undone: PlanStep[];
  inPlace: PlanStep[];
}

const UNFINISHED: readonly StepState[] = ['running', 'verifying', 'failed', 'undoing'];

/** Answers from the run's own records, for the page that stands before anything else after a failure. */
export function failureFacts(operation: OperationView): FailureFacts {
  const stateOf = (step: PlanStep) =>
    operation.steps.find((each) => each.name === step.name)?.state ?? 'waiting';
  const { steps } = operation.plan;
  const restarts = steps.filter((step) => step.group === 'restart-primary');
  const unclear = restarts.find((step) => UNFINISHED.includes(stateOf(step)));
  const restarted = restarts.find((step) => stateOf(step) === 'done');
  const problems = [operation.problem, ...operation.steps.map((step) => step.problem)].filter(
    (problem) => problem !== null,
  );
  const inPlace = steps.filter((step) => stateOf(step) === 'done' && step.kind === 'mutation');
  return {
    writes:
      unclear !== undefined
        ? { state: 'unclear', server: unclear.server ?? '' }
        : restarted !== undefined
          ? { state: 'restarted', server: restarted.server ?? '' }
          : { state: 'untouched' },
    dataAtRisk: problems.some((problem) => ERROR_CATALOG[problem.code].category === 'unsafe'),
    moved: inPlace
      .flatMap((step) => step.actions)
      .flatMap((action) => (action.type === 'move' ? [`${action.server}:${action.to}`] : [])),
    undone: steps.filter((step) => stateOf(step) === 'undone'),
    inPlace,
  };
}
