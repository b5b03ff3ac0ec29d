import { describe, expect, it } from 'vitest';
import type { OperationView, StepState } from '#server/domain/operation-view.ts';
import type { PlanStep } from '#server/domain/plan.ts';
import { failureFacts } from './failure-facts.ts';

const planned = (name: string, group: PlanStep['group']): PlanStep => ({
  name,
  kind: 'mutation',
  group,
  server: 'db1',
  explain: { en: name, de: name },
  undo: null,
  undoReason: null,
  actions: group === 'erases' ? [{ type: 'move', server: 'db2', from: '/a', to: '/a.old' }] : [],
  expectedMs: null,
});

const run = (states: [string, PlanStep['group'], StepState][], problem: OperationView['problem'] = null) =>
  ({
    problem,
    plan: { steps: states.map(([name, group]) => planned(name, group)) },
    steps: states.map(([name, , state]) => ({ name, state, problem: null })),
  }) as unknown as OperationView;

describe('failureFacts', () => {
  it('says that writes are not touched when nothing was restarted', () => {
    expect(failureFacts(run([['copy', 'changes-standby', 'failed']])).writes).toEqual({ state: 'untouched' });
  });
  it('does not call a primary fine whose restart did not end', () => {
    const facts = failureFacts(run([['restart', 'restart-primary', 'verifying']]));
    expect(facts.writes).toEqual({ state: 'unclear', server: 'db1' });
  });
  it('names where old data lies and what is still in place', () => {
    const facts = failureFacts(
      run([
        ['aside', 'erases', 'done'],
        ['copy', 'changes-standby', 'undone'],
      ]),
    );
    expect(facts.moved).toEqual(['db2:/a.old']);
    expect(facts.inPlace.map((step) => step.name)).toEqual(['aside']);
    expect(facts.undone.map((step) => step.name)).toEqual(['copy']);
  });
  it('calls data at risk only after an unsafe error', () => {
    expect(failureFacts(run([], { code: 'COMMAND_FAILED', message: '' })).dataAtRisk).toBe(false);
    expect(failureFacts(run([], { code: 'TWO_PRIMARIES', message: '' })).dataAtRisk).toBe(true);
  });
});
