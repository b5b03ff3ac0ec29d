'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { useLiveStore } from '#components/live/live-provider.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Attention } from './attention.tsx';
import { DraftList } from './draft-list.tsx';
import { FleetSummary } from './fleet-summary.tsx';
import { PairList } from './pair-list.tsx';

/** Readiness is looked at every half minute, and no notice tells of it. */
const READINESS_MS = 15_000;

/** Is anything wrong, and where first? */
export function FleetPage() {
  const t = useTranslations('fleet');
  const store = useLiveStore();
  const pairs = useQuery(useTRPC().pair.list.queryOptions(undefined, { refetchInterval: READINESS_MS }));
  useEffect(() => {
    for (const pair of pairs.data ?? []) if (pair.sample !== null) store.seed(pair.sample);
  }, [pairs.data, store]);
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <ButtonLink href="/pairs/new" variant="primary">
            {t('add')}
          </ButtonLink>
        }
      >
        {pairs.data !== undefined && pairs.data.length > 0 && <FleetSummary pairs={pairs.data} />}
      </PageHeader>
      <div className="space-y-10">
        <QueryStates query={pairs} skeleton={<Skeleton className="h-72" />}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState
                title={t('emptyTitle')}
                action={
                  <ButtonLink href="/pairs/new" variant="primary">
                    {t('add')}
                  </ButtonLink>
                }
              >
                {t('emptyText')}
              </EmptyState>
            ) : (
              <>
                <Attention pairs={list} />
                <PairList pairs={list} />
              </>
            )
          }
        </QueryStates>
        <DraftList />
      </div>
    </>
  );
}
