'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { NewToken } from './new-token.tsx';
import { TokenList } from './token-list.tsx';

/** Who is signed in, and the tokens that speak for them. */
export function ProfilePage({ name, email }: { name: string; email: string }) {
  const t = useTranslations('profile');
  const tokens = useQuery(useTRPC().token.list.queryOptions());
  return (
    <>
      <PageHeader title={t('title')}>{t('signedIn', { name, email })}</PageHeader>
      <section className="space-y-6" aria-labelledby="tokens">
        <div>
          <h2 id="tokens" className="text-lg font-semibold">
            {t('tokens')}
          </h2>
          <p className="mt-1 max-w-prose text-ink-soft">{t('tokensText')}</p>
        </div>
        <QueryStates query={tokens} skeleton={<Skeleton className="h-40" />}>
          {(list) =>
            list.length === 0 ? <EmptyState title={t('emptyTitle')} /> : <TokenList tokens={list} />
          }
        </QueryStates>
        <NewToken />
      </section>
    </>
  );
}
