import type { OperationView, StepState } from '#server/domain/operation-view.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import { until } from '../platform/until.ts';
import { ADA, type TestTandem } from './start-tandem.ts';

/** Makes the plan of a draft and approves it, as a person does who types what the plan asks for. */
export async function startSetup(
  tandem: TestTandem,
  draft: Partial<NewStandbyDraft> & { name: string },
): Promise<{ id: string; plan: Plan }> {
  const { draftId, planId, plan } = await tandem.plan(draft);
  const word = plan.confirmation?.word ?? null;
  return { plan, id: await tandem.services.drafts.approve(draftId, planId, plan.hash, word, ADA) };
}

/** State of one step of a run; undefined when the run has no such step. */
export function stateOf(view: OperationView, step: string): StepState | undefined {
  return view.steps.find((s) => s.name === step)?.state;
}

/** Waits until the base backup of a run has copied something and is still copying. */
export async function untilCopying(tandem: TestTandem, id: string): Promise<void> {
  await until('the base backup copies', 60_000, async () => {
    const view = await tandem.services.operations.get(id);
    const step = view.steps.find((s) => s.name === 'base-backup');
    if (step?.state === 'done' || view.finishedAtMs !== null)
      throw new Error(`the backup is over already: ${JSON.stringify(view.problem)}`);
    return (step?.progress?.doneBytes ?? 0) > 0;
  });
}
