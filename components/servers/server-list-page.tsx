'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { ButtonLink } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { ServerView } from '#server/services/services.ts';
import { ServerStatus } from './server-status.tsx';

/** The servers that Tandem knows. */
export function ServerListPage() {
  const t = useTranslations('servers');
  const servers = useQuery(useTRPC().server.list.queryOptions());
  const add = (
    <ButtonLink href="/servers/new" variant="primary">
      {t('add')}
    </ButtonLink>
  );
  return (
    <>
      <PageHeader title={t('title')} actions={add} />
      <QueryStates query={servers} skeleton={<Skeleton className="h-64" />}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState title={t('emptyTitle')} action={add}>
              {t('emptyText')}
            </EmptyState>
          ) : (
            <Card>
              <ul className="divide-y divide-line">
                {list.map((server) => (
                  <ServerRow key={server.id} server={server} />
                ))}
              </ul>
            </Card>
          )
        }
      </QueryStates>
    </>
  );
}

function ServerRow({ server }: { server: ServerView }) {
  const t = useTranslations('servers');
  const { facts } = server;
  return (
    <li className="relative grid gap-x-4 gap-y-1 px-4 py-3 hover:bg-sunken/60 md:grid-cols-[1.4fr_1fr_1.6fr_1fr] md:items-center">
      <div className="min-w-0">
        <Link
          href={`/servers/${server.id}`}
          className="font-semibold wrap-anywhere after:absolute after:inset-0 hover:underline"
        >
          {server.name}
        </Link>
        <p className="text-sm break-all text-ink-soft">
          {server.username}@{server.host}
          {server.port !== 22 && `:${server.port}`}
        </p>
      </div>
      <ServerStatus server={server} />
      <p className="text-sm text-ink-soft">
        {facts === null ? t('nothingKnown') : `${facts.osName}, ${facts.architecture}`}
        {facts !== null && <span className="block">{t('instances', { count: facts.instances.length })}</span>}
      </p>
      <p className="flex flex-wrap items-center gap-1.5 text-sm text-ink-soft">
        {server.pairNames.length > 0 && (
          <>
            <Mark shape="tick" size={13} />
            {t('inPairs', { names: server.pairNames.join(', ') })}
          </>
        )}
      </p>
    </li>
  );
}
