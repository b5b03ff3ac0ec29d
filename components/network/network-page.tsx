'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { useServerNow } from '#components/live/use-live.ts';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { NetworkAnswer } from '#server/services/network-answer.ts';
import type { PairView } from '#server/services/services.ts';
import { NetworkFindings } from './network-findings.tsx';

const ASK_AGAIN_MS = 700;

/** What the network between the servers of a pair is like, both ways. */
export function NetworkPage({ pairId }: { pairId: string }) {
  const t = useTranslations('shell');
  const pair = useQuery(useTRPC().pair.get.queryOptions({ id: pairId }));
  return (
    <QueryStates title={t('pairs')} query={pair} skeleton={<Skeleton className="h-96" />}>
      {(view) => <Network pair={view} />}
    </QueryStates>
  );
}

function Network({ pair }: { pair: PairView }) {
  const t = useTranslations('network');
  const [key, setKey] = useState<string | null>(null);
  return (
    <>
      <PageHeader
        title={t('title', { name: pair.name })}
        back={{ href: `/pairs/${pair.id}`, label: t('back') }}
        actions={
          <Button onClick={() => setKey(newRequestKey())}>{t(key === null ? 'examine' : 'again')}</Button>
        }
      >
        {t('lead', { primary: pair.primary.serverName, standby: pair.standby.serverName })}
      </PageHeader>
      {key !== null && <Examination key={key} pairId={pair.id} requestKey={key} />}
    </>
  );
}

function Examination({ pairId, requestKey }: { pairId: string; requestKey: string }) {
  const trpc = useTRPC();
  const answer = useQuery({
    ...trpc.pair.network.queryOptions({ id: pairId, key: requestKey }),
    refetchInterval: (query) => (query.state.data?.state === 'making' ? ASK_AGAIN_MS : false),
    staleTime: Infinity,
  });
  return (
    <QueryStates query={answer} skeleton={<Skeleton className="h-64" />}>
      {(data) => <Answer answer={data} />}
    </QueryStates>
  );
}

function Answer({ answer }: { answer: NetworkAnswer }) {
  const t = useTranslations('network');
  const now = useServerNow();
  if (answer.state === 'making') return <p role="status">{t('making')}</p>;
  if (answer.state === 'ready') return <NetworkFindings look={answer} nowMs={now} />;
  const problem = answer.operation.problem ?? { code: 'ASSERTION' as const, message: '' };
  return <ProblemNote role="alert" problem={problem} />;
}
