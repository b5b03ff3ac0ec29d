'use client';

import { useText } from '#components/i18n/use-text.ts';
import type { PlanStep } from '#server/domain/plan.ts';
import { StepDetails } from './step-details.tsx';

export interface NumberedStep {
  step: PlanStep;
  /** Its place in the whole plan, from 1. */
  number: number;
}

/** Steps of a plan with what each does, where, and its exact commands. */
export function PlanStepList({ steps }: { steps: readonly NumberedStep[] }) {
  const text = useText();
  return (
    <ol className="divide-y divide-line">
      {steps.map(({ step, number }) => (
        <li key={step.name} className="px-4 py-3">
          <p className="font-medium">
            {number}. {text(step.explain)}{' '}
            {step.server !== null && <span className="text-sm font-normal text-ink-soft">{step.server}</span>}
          </p>
          <StepDetails planned={step} />
        </li>
      ))}
    </ol>
  );
}
