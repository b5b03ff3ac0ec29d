import { describe, expect, it } from 'vitest';
import type { Plan, PlanGroup } from '#server/domain/plan.ts';
import { planStages } from './plan-stages.ts';

const plan = (groups: PlanGroup[], pointOfNoReturn: number | null): Plan =>
  ({ pointOfNoReturn, steps: groups.map((group, index) => ({ name: `s${index}`, group })) }) as Plan;

const shape = (p: Plan) =>
  planStages(p).map((s) => [s.group, s.steps.map((each) => each.number), s.afterTheLine]);

describe('stages of a plan', () => {
  it('keeps the order of the steps, also when a group comes twice', () => {
    expect(shape(plan(['reads', 'prepares', 'prepares', 'reads'], null))).toEqual([
      ['reads', [1], false],
      ['prepares', [2, 3], false],
      ['reads', [4], false],
    ]);
  });
  it('begins a stage at the line of no return, also within a group', () => {
    expect(shape(plan(['outage', 'outage', 'takes-over'], 1))).toEqual([
      ['outage', [1], false],
      ['outage', [2], true],
      ['takes-over', [3], false],
    ]);
  });
});
