'use client';

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { placeNameOf } from '#server/domain/instance-location.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { ContainerWish, ServerView } from '#server/services/services.ts';
import { ContainerPlan } from './container-plan.tsx';

/** Making a container like one of another server: which one, the plan of exactly that, its start. */
export function MakeContainerPage({ serverId }: { serverId: string }) {
  const t = useTranslations('shell');
  const trpc = useTRPC();
  const server = useQuery(trpc.server.get.queryOptions({ id: serverId }));
  const servers = useQuery(trpc.server.list.queryOptions());
  return (
    <QueryStates title={t('servers')} query={server} skeleton={<Skeleton className="h-96" />}>
      {(view) => <Making server={view} others={(servers.data ?? []).filter((one) => one.id !== serverId)} />}
    </QueryStates>
  );
}

function Making({ server, others }: { server: ServerView; others: readonly ServerView[] }) {
  const t = useTranslations('makeContainer');
  const text = useText();
  const returnTo = useSearchParams().get('return');
  const whyNot = ({ running, supported, reason }: FoundInstance): string | null => {
    if (!running) return t('notRunning');
    return supported || reason === null ? null : text(reason);
  };
  const [wish, setWish] = useState<ContainerWish | null>(null);
  const containers = others.flatMap((from) =>
    (from.facts?.instances ?? [])
      .filter((instance) => instance.kind === 'docker')
      .map((instance) => ({ from, instance, place: placeNameOf(instance) })),
  );
  return (
    <>
      <PageHeader
        title={t('title', { server: server.name })}
        back={{ href: `/servers/${server.id}`, label: t('back') }}
      >
        {t('lead')}
      </PageHeader>
      <div className="max-w-3xl space-y-8">
        <fieldset>
          <legend className="mb-3 text-base font-semibold">{t('like')}</legend>
          {containers.length === 0 && <p className="text-ink-soft">{t('none')}</p>}
          <div className="grid gap-2">
            {containers.map(({ from, instance, place }) => (
              <ChoiceCard
                key={`${from.id} ${place}`}
                name="like"
                value={`${from.id} ${place}`}
                title={`${instance.name ?? ''} · ${from.name}`}
                text={
                  <>
                    {instance.image !== undefined && `${instance.image} · `}
                    {t('port', { port: String(instance.port) })}
                    {whyNot(instance) !== null && (
                      <span className="block font-medium">{whyNot(instance)}</span>
                    )}
                  </>
                }
                disabled={whyNot(instance) !== null}
                checked={wish?.fromServerId === from.id && wish.place === place}
                onChange={() => setWish({ fromServerId: from.id, place, toServerId: server.id })}
              />
            ))}
          </div>
        </fieldset>
        {wish !== null && (
          <ContainerPlan
            key={`${wish.fromServerId} ${wish.place}`}
            server={server}
            wish={wish}
            returnTo={returnTo}
          />
        )}
      </div>
    </>
  );
}
