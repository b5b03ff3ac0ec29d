'use client';

import { useTranslations } from 'next-intl';
import { Fragment } from 'react';
import { Card } from '#components/ui/card.tsx';
import type { OperationView } from '#server/domain/operation-view.ts';
import { STEP_LOOK } from './operation-table.ts';
import { StepItem } from './step-item.tsx';

/** The steps in their order, with the line behind which nothing can be cancelled. */
export function StepList({ operation }: { operation: OperationView }) {
  const t = useTranslations('run');
  const current = operation.steps.findIndex((step) => !STEP_LOOK[step.state].over || step.state === 'failed');
  return (
    <section aria-labelledby="steps" className="min-w-0">
      <h2 id="steps" className="mb-3 text-base font-semibold">
        {t('steps')}
      </h2>
      <Card>
        <ol className="divide-y divide-line">
          {operation.plan.steps.map((planned, index) => {
            const step = operation.steps[index];
            if (step === undefined) return null;
            return (
              <Fragment key={planned.name}>
                {index === operation.plan.pointOfNoReturn && (
                  <li className="border-y-2 border-ink bg-sunken px-4 py-1.5 text-sm font-semibold">
                    {t('pointOfNoReturn')}
                  </li>
                )}
                <StepItem number={index + 1} planned={planned} step={step} current={index === current} />
              </Fragment>
            );
          })}
        </ol>
      </Card>
    </section>
  );
}
