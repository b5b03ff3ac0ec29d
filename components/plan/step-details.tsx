'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import type { PlanStep } from '#server/domain/plan.ts';
import { PlanActionBlock } from './plan-action.tsx';

/** The commands of a step, and how it is undone. */
export function StepDetails({ planned }: { planned: PlanStep }) {
  const t = useTranslations('plan');
  const text = useText();
  const undo = planned.undo ?? planned.undoReason;
  if (planned.actions.length === 0 && undo === null) return null;
  return (
    <details className="group mt-1">
      <summary className="inline-flex min-h-6 list-none items-center gap-1 rounded text-sm text-ink-soft hover:text-ink">
        <ChevronDown aria-hidden size={15} className="-rotate-90 transition-transform group-open:rotate-0" />
        {planned.actions.length === 0 ? t('details') : t('showCommands', { count: planned.actions.length })}
        <span className="sr-only">: {text(planned.explain)}</span>
      </summary>
      <div className="mt-2 space-y-3">
        {planned.actions.map((action, index) => (
          <PlanActionBlock key={index} action={action} />
        ))}
        {undo !== null && (
          <p className="text-sm text-ink-soft">
            {planned.undo === null ? t('notUndone') : t('undone')} {text(undo)}
          </p>
        )}
      </div>
    </details>
  );
}
