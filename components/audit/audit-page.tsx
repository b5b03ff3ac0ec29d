'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { AuditEntry } from './audit-entry.tsx';
import { AuditFilters, useAuditFilter } from './audit-filters.tsx';
import { ChainCheck } from './chain-check.tsx';

const PAGE = 50;

/** Who did what, when, from where; whether the record is whole; a copy to take away. */
export function AuditPage() {
  const t = useTranslations('audit');
  const trpc = useTRPC();
  const filter = useAuditFilter();
  const entries = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { ...filter, limit: PAGE },
      { getNextPageParam: (page) => page.next ?? undefined },
    ),
  );
  return (
    <>
      <PageHeader title={t('title')}>{t('intro')}</PageHeader>
      <div className="space-y-6">
        <ChainCheck filter={filter} />
        <AuditFilters />
        <section aria-labelledby="entries">
          <h2 id="entries" className="mb-3 text-base font-semibold">
            {t('entries')}
          </h2>
          <QueryStates query={entries} skeleton={<Skeleton className="h-96" />}>
            {({ pages }) => {
              const all = pages.flatMap((page) => page.entries);
              if (all.length === 0) return <EmptyState title={t('emptyTitle')}>{t('emptyText')}</EmptyState>;
              return (
                <Card>
                  <ol className="divide-y divide-line">
                    {all.map((entry) => (
                      <li key={entry.id}>
                        <AuditEntry entry={entry} />
                      </li>
                    ))}
                  </ol>
                </Card>
              );
            }}
          </QueryStates>
          {entries.hasNextPage && (
            <Button
              className="mt-4"
              busy={entries.isFetchingNextPage}
              onClick={() => void entries.fetchNextPage()}
            >
              {t('older')}
            </Button>
          )}
        </section>
      </div>
    </>
  );
}
