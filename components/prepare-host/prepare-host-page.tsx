'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { HostWishRequest, ServerView } from '#server/services/services.ts';
import { HostPlan } from './host-plan.tsx';
import type { AskedDoor } from './asked-door.ts';
import { WishForm } from './wish-form.tsx';

/** Making a server ready for a standby: what it is to have, the plan of exactly that, its start. */
export function PrepareHostPage({ serverId, door }: { serverId: string; door: AskedDoor }) {
  const t = useTranslations('shell');
  const server = useQuery(useTRPC().server.get.queryOptions({ id: serverId }));
  return (
    <QueryStates title={t('servers')} query={server} skeleton={<Skeleton className="h-96" />}>
      {(view) => <Preparation server={view} door={door} />}
    </QueryStates>
  );
}

function Preparation({ server, door }: { server: ServerView; door: AskedDoor }) {
  const t = useTranslations('prepareHost');
  const servers = useQuery(useTRPC().server.list.queryOptions());
  const [wished, setWished] = useState<{ wish: HostWishRequest; turn: number } | null>(null);
  return (
    <>
      <PageHeader
        title={t('title', { server: server.name })}
        back={{ href: `/servers/${server.id}`, label: t('back') }}
      >
        {t('lead')}
      </PageHeader>
      <div className="max-w-3xl space-y-8">
        <WishForm
          peers={(servers.data ?? []).filter((one) => one.id !== server.id)}
          asked={door}
          onWish={(wish) => setWished({ wish, turn: (wished?.turn ?? 0) + 1 })}
        />
        {wished !== null && <HostPlan key={wished.turn} server={server} wish={wished.wish} />}
      </div>
    </>
  );
}
