'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useServerNow } from '#components/live/use-live.ts';
import { Card } from '#components/ui/card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { GateList } from '#components/plan/gate-list.tsx';
import { PlanStepList } from '#components/plan/plan-step-list.tsx';
import { PLAN_GROUPS, type Plan, type PlanGroup } from '#server/domain/plan.ts';
import { ApproveForm } from './approve-form.tsx';
import { ExportScript } from './export-script.tsx';

export interface PlanReviewProps {
  draftId: string;
  plan: Plan;
  planId: string;
  again: ReactNode;
}

/** What it costs, what was checked, what will be done in which order, and the decision. */
export function PlanReview({ draftId, plan, planId, again }: PlanReviewProps) {
  const t = useTranslations('wizard.review');
  const format = useFormat();
  const now = useServerNow();
  return (
    <div className="space-y-8">
      <PlanCosts plan={plan} />
      <GateList gates={plan.gates} />
      {PLAN_GROUPS.map((group) => (
        <PlanGroupSection key={group} group={group} plan={plan} />
      ))}
      <div className="flex flex-wrap items-center gap-3 text-sm text-ink-soft">
        {now !== null && <span>{t('madeAgo', { ago: format.ago(plan.madeAtMs, now) })}</span>}
        {again}
        <ExportScript draftId={draftId} planId={planId} />
      </div>
      <ApproveForm draftId={draftId} plan={plan} planId={planId} />
    </div>
  );
}

function PlanCosts({ plan }: { plan: Plan }) {
  const t = useTranslations('wizard.review');
  const format = useFormat();
  const costs = [
    [t('outage'), plan.outageMs === 0 ? t('outageNone') : t('about', { value: format.ms(plan.outageMs) })],
    [
      t('duration'),
      plan.expectedMs === null ? t('unknown') : t('about', { value: format.ms(plan.expectedMs) }),
    ],
    [
      t('network'),
      plan.networkBytes === null ? t('unknown') : t('about', { value: format.bytes(plan.networkBytes) }),
    ],
  ] as const;
  return (
    <dl className="grid gap-4 sm:grid-cols-3">
      {costs.map(([name, value]) => (
        <Card key={name} className="px-4 py-3">
          <dt className="text-sm text-ink-soft">{name}</dt>
          <dd className="mt-0.5 text-lg font-semibold tabular-nums">{value}</dd>
        </Card>
      ))}
    </dl>
  );
}

function PlanGroupSection({ group, plan }: { group: PlanGroup; plan: Plan }) {
  const t = useTranslations('plan.group');
  const steps = plan.steps
    .map((step, index) => ({ step, number: index + 1 }))
    .filter(({ step }) => step.group === group);
  const [first] = steps;
  if (first === undefined) return null;
  return (
    <section aria-labelledby={`group-${group}`}>
      <h2 id={`group-${group}`} className="mb-3 text-base font-semibold">
        {t(group, { server: first.step.server ?? '' })}
      </h2>
      <Card>
        <PlanStepList steps={steps} />
      </Card>
    </section>
  );
}
