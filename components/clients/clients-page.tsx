'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { HooksSection } from '#components/hooks/hooks-section.tsx';
import { PairAddress } from '#components/pairs/pair-address.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';

/** How applications reach the primary, and what is told to them around a change of roles. */
export function ClientsPage({ pairId }: { pairId: string }) {
  const t = useTranslations('clients');
  const tPairs = useTranslations('shell');
  const pair = useQuery(useTRPC().pair.get.queryOptions({ id: pairId }));
  return (
    <QueryStates title={tPairs('pairs')} query={pair} skeleton={<Skeleton className="h-96" />}>
      {(view) => (
        <>
          <PageHeader
            title={t('title', { name: view.name })}
            back={{ href: `/pairs/${pairId}`, label: t('back') }}
          />
          <div className="space-y-10">
            <PairAddress pair={view} />
            <HooksSection pairId={pairId} />
          </div>
        </>
      )}
    </QueryStates>
  );
}
