'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Card } from '#components/ui/card.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { OperationStatusTag } from './operation-status-tag.tsx';

const SHOWN = 100;

/** What Tandem is doing and has done. */
export function OperationListPage() {
  const t = useTranslations('run');
  const text = useText();
  const format = useFormat();
  const operations = useQuery(useTRPC().operation.list.queryOptions({ limit: SHOWN }));
  return (
    <>
      <PageHeader title={t('title')} />
      <QueryStates query={operations} skeleton={<Skeleton className="h-64" />}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState title={t('emptyTitle')}>{t('emptyText')}</EmptyState>
          ) : (
            <Card>
              <ul className="divide-y divide-line">
                {list.map((operation) => (
                  <li
                    key={operation.id}
                    className="relative grid gap-x-4 gap-y-1 px-4 py-3 hover:bg-sunken/60 md:grid-cols-[2fr_1fr_1.4fr] md:items-center"
                  >
                    <Link
                      href={`/operations/${operation.id}`}
                      className="font-semibold after:absolute after:inset-0 hover:underline"
                    >
                      {text(operation.title)}
                    </Link>
                    <OperationStatusTag
                      status={operation.status}
                      extra={t('stepsOf', { done: operation.stepsDone, total: operation.stepsTotal })}
                    />
                    <p className="text-sm text-ink-soft">
                      {t('startedBy', {
                        name: operation.startedBy,
                        time: format.shortDateTime(operation.createdAtMs),
                      })}
                    </p>
                  </li>
                ))}
              </ul>
            </Card>
          )
        }
      </QueryStates>
    </>
  );
}
