'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState, type ReactNode } from 'react';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { Button } from './button.tsx';
import { PageHeader } from './page-header.tsx';

const SAY_LOADING_AFTER_MS = 2_000;
const SAY_SLOW_AFTER_MS = 10_000;

export interface QueryStatesProps<T> {
  query: Pick<UseQueryResult<T, unknown>, 'data' | 'error' | 'isFetching' | 'refetch'>;
  /** Of the final size, so that nothing jumps. */
  skeleton: ReactNode;
  /** Heading of a page that has none of its own before the answer is there. */
  title?: string;
  children: (data: T) => ReactNode;
}

/**
 * The states of anything that is fetched: a skeleton first, a word after two seconds, a way out
 * after ten; data that could be shown once stays when a later fetch fails.
 */
export function QueryStates<T>({ query, skeleton, title, children }: QueryStatesProps<T>) {
  const t = useTranslations('common');
  if (query.data !== undefined) return children(query.data);
  const heading = title === undefined ? null : <PageHeader title={title} />;
  if (query.error !== null) {
    return (
      <>
        {heading}
        <ProblemNote
          role="alert"
          problem={problemOf(query.error)}
          actions={
            <Button busy={query.isFetching} onClick={() => void query.refetch()}>
              {t('retry')}
            </Button>
          }
        />
      </>
    );
  }
  return (
    <>
      {heading}
      <Waiting skeleton={skeleton} onRetry={() => void query.refetch()} />
    </>
  );
}

function Waiting({ skeleton, onRetry }: { skeleton: ReactNode; onRetry: () => void }) {
  const t = useTranslations('common');
  const [waited, setWaited] = useState<'briefly' | 'long' | 'too-long'>('briefly');
  useEffect(() => {
    const long = setTimeout(() => setWaited('long'), SAY_LOADING_AFTER_MS);
    const tooLong = setTimeout(() => setWaited('too-long'), SAY_SLOW_AFTER_MS);
    return () => {
      clearTimeout(long);
      clearTimeout(tooLong);
    };
  }, []);
  return (
    <div aria-busy="true">
      <div role="status" className="flex min-h-6 flex-wrap items-center gap-3 text-sm text-ink-soft">
        {waited === 'long' && t('loading')}
        {waited === 'too-long' && t('slow')}
      </div>
      {waited === 'too-long' && (
        <Button className="my-2" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
      {skeleton}
    </div>
  );
}
