'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Fragment } from 'react';
import { Card } from '#components/ui/card.tsx';
import type { Plan } from '#server/domain/plan.ts';
import { planStages, type PlanStage } from './plan-stages.ts';
import { PlanStepList } from './plan-step-list.tsx';

/** A whole plan that fits on a screen: its stages, opened one by one, and the line of no return. */
export function PlanOutline({ plan }: { plan: Plan }) {
  const t = useTranslations('plan');
  return (
    <Card className="overflow-hidden">
      {planStages(plan).map((stage) => (
        <Fragment key={stage.steps[0]?.number ?? 0}>
          {stage.afterTheLine && (
            <p className="border-y-2 border-ink bg-sunken px-4 py-1.5 text-sm font-semibold">
              {t('pointOfNoReturn')}
            </p>
          )}
          <Stage stage={stage} />
        </Fragment>
      ))}
    </Card>
  );
}

function Stage({ stage }: { stage: PlanStage }) {
  const t = useTranslations('plan');
  const [first] = stage.steps;
  const last = stage.steps.at(-1);
  if (first === undefined || last === undefined) return null;
  const numbers = first.number === last.number ? `${first.number}` : `${first.number}–${last.number}`;
  return (
    <details className="group border-t border-line first:border-t-0">
      <summary className="flex min-h-11 list-none items-center gap-2 px-4 py-2 hover:bg-sunken/60">
        <ChevronDown
          aria-hidden
          size={15}
          className="shrink-0 -rotate-90 text-ink-soft transition-transform group-open:rotate-0"
        />
        <span className="w-12 shrink-0 text-sm text-ink-soft tabular-nums">{numbers}</span>
        <span className="min-w-0 flex-1 font-medium">
          {t(`group.${stage.group}`, { server: first.step.server ?? '' })}
        </span>
        <span className="text-sm text-ink-soft">{t('steps', { count: stage.steps.length })}</span>
      </summary>
      <div className="border-t border-line">
        <PlanStepList steps={stage.steps} />
      </div>
    </details>
  );
}
