'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { PageHeader } from '#components/ui/page-header.tsx';
import type { DraftView, ServerView } from '#server/services/services.ts';
import { DraftSummary } from './draft-summary.tsx';
import { stepPath, stepsOf, type WizardStep } from './wizard-steps.ts';

export interface WizardFrameProps {
  draft: DraftView;
  servers: readonly ServerView[];
  step: WizardStep;
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** Where one is, the way back, the question, and beside it the plan as far as it goes. */
export function WizardFrame({ draft, servers, step, title, lead, children }: WizardFrameProps) {
  const t = useTranslations('wizard');
  const steps = stepsOf(draft.data.kind);
  const index = steps.indexOf(step);
  const before = steps[index - 1];
  return (
    <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_18rem]">
      <div className="min-w-0">
        <PageHeader
          title={title}
          caption={t('stepOf', { n: index + 1, total: steps.length })}
          back={
            before === undefined
              ? { href: '/pairs/new', label: t('back') }
              : { href: stepPath(draft.id, before), label: t('back') }
          }
        >
          {lead}
        </PageHeader>
        {children}
      </div>
      <DraftSummary draft={draft} servers={servers} />
    </div>
  );
}
