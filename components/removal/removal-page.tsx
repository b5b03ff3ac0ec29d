'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { PairView } from '#server/services/services.ts';
import { KEEPS, type Keep } from './removal-keep.ts';
import { RemovalPlan } from './removal-plan.tsx';

/** Letting go of a pair: what becomes of the servers, the plan of exactly that, the decision. */
export function RemovalPage({ pairId }: { pairId: string }) {
  const t = useTranslations('shell');
  const pair = useQuery(useTRPC().pair.get.queryOptions({ id: pairId }));
  return (
    <QueryStates title={t('pairs')} query={pair} skeleton={<Skeleton className="h-96" />}>
      {(view) => <Removal pair={view} />}
    </QueryStates>
  );
}

function Removal({ pair }: { pair: PairView }) {
  const t = useTranslations('removal');
  const [keep, setKeep] = useState<Keep | null>(null);
  return (
    <>
      <PageHeader
        title={t('title', { name: pair.name })}
        back={{ href: `/pairs/${pair.id}`, label: t('back') }}
      >
        {t('lead')}
      </PageHeader>
      <div className="max-w-3xl space-y-8">
        <fieldset className="space-y-3">
          <legend className="mb-3 text-base font-semibold">{t('keep')}</legend>
          {KEEPS.map((each) => (
            <ChoiceCard
              key={each}
              name="keep"
              value={each}
              checked={keep === each}
              onChange={() => setKeep(each)}
              title={t(each)}
              text={t(`${each}Text`)}
            />
          ))}
        </fieldset>
        {keep !== null && <RemovalPlan key={keep} pair={pair} keep={keep} />}
      </div>
    </>
  );
}
