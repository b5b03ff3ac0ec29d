'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { HooksSection } from '#components/hooks/hooks-section.tsx';
import { PairAddress } from '#components/pairs/pair-address.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { ClientRoutes } from './client-routes.tsx';
import { StandbySessions } from './standby-sessions.tsx';

/** Asking keeps the worker looking every 3 s. */
const LOOK_MS = 2_000;

/** How applications reach the primary, and what is told to them around a change of roles. */
export function ClientsPage({ pairId }: { pairId: string }) {
  const t = useTranslations('clients');
  const tPairs = useTranslations('shell');
  const trpc = useTRPC();
  const pair = useQuery(trpc.pair.get.queryOptions({ id: pairId }));
  const clients = useQuery(trpc.clients.look.queryOptions({ pairId }, { refetchInterval: LOOK_MS }));
  const look = clients.data?.fresh === true ? clients.data.look : null;
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
            <ClientRoutes pair={view} look={look} />
            <HooksSection pairId={pairId} />
            <StandbySessions pairId={pairId} look={look} />
          </div>
        </>
      )}
    </QueryStates>
  );
}
