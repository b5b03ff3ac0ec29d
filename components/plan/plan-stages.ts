import type { Plan, PlanGroup } from '#server/domain/plan.ts';
import type { NumberedStep } from './plan-step-list.tsx';

/** Steps that follow each other and belong together. */
export interface PlanStage {
  group: PlanGroup;
  steps: NumberedStep[];
  /** It begins where nothing can be cancelled any more. */
  afterTheLine: boolean;
}

/** A plan in its own order; a group that the line of no return cuts becomes two stages. */
export function planStages({ steps, pointOfNoReturn }: Plan): PlanStage[] {
  const stages: PlanStage[] = [];
  steps.forEach((step, index) => {
    const last = stages.at(-1);
    const afterTheLine = index === pointOfNoReturn;
    const numbered = { step, number: index + 1 };
    if (last?.group === step.group && !afterTheLine) last.steps.push(numbered);
    else stages.push({ group: step.group, steps: [numbered], afterTheLine });
  });
  return stages;
}
