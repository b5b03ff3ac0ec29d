'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { AuditEntry } from '#components/audit/audit-entry.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { HistoryItem } from '#server/services/services.ts';
import { EventItem } from './event-item.tsx';
import { RunItem } from './run-item.tsx';

const PAGE = 30;

/** What happened to one pair: runs with who, why, what was shown and what came of it; states; decisions. */
export function PairHistoryPage({ pairId }: { pairId: string }) {
  const t = useTranslations('history');
  const tPairs = useTranslations('shell');
  const trpc = useTRPC();
  const pair = useQuery(trpc.pair.get.queryOptions({ id: pairId }));
  const history = useInfiniteQuery(
    trpc.pair.activity.infiniteQueryOptions(
      { id: pairId, limit: PAGE },
      { getNextPageParam: (page) => page.next ?? undefined },
    ),
  );
  return (
    <QueryStates title={tPairs('pairs')} query={pair} skeleton={<Skeleton className="h-96" />}>
      {({ name }) => (
        <>
          <PageHeader title={t('title', { name })} back={{ href: `/pairs/${pairId}`, label: t('back') }} />
          <QueryStates query={history} skeleton={<Skeleton className="h-96" />}>
            {({ pages }) => <Timeline items={pages.flatMap((page) => page.items)} />}
          </QueryStates>
          {history.hasNextPage && (
            <Button
              className="mt-4"
              busy={history.isFetchingNextPage}
              onClick={() => void history.fetchNextPage()}
            >
              {t('older')}
            </Button>
          )}
        </>
      )}
    </QueryStates>
  );
}

function Timeline({ items }: { items: HistoryItem[] }) {
  const t = useTranslations('history');
  if (items.length === 0) return <EmptyState title={t('emptyTitle')} />;
  return (
    <Card>
      <ol className="divide-y divide-line">
        {items.map((item) => (
          <li key={keyOf(item)}>
            <Item item={item} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Item({ item }: { item: HistoryItem }) {
  switch (item.type) {
    case 'run':
      return <RunItem run={item} />;
    case 'event':
      return <EventItem event={item} />;
    case 'entry':
      return <AuditEntry entry={item.entry} />;
  }
}

function keyOf(item: HistoryItem): string {
  switch (item.type) {
    case 'run':
      return item.operationId;
    case 'event':
      return `${item.atMs}${item.code}`;
    case 'entry':
      return item.entry.id;
  }
}
