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
import type { ServerView } from '#server/services/services.ts';
import { ReleasePlan } from './release-plan.tsx';

/** Taking settings off a container's command line: which container, which settings, the plan, its start. */
export function ReleaseSettingsPage({ serverId }: { serverId: string }) {
  const t = useTranslations('shell');
  const trpc = useTRPC();
  const server = useQuery(trpc.server.get.queryOptions({ id: serverId }));
  return (
    <QueryStates title={t('servers')} query={server} skeleton={<Skeleton className="h-96" />}>
      {(view) => <Releasing server={view} />}
    </QueryStates>
  );
}

function Releasing({ server }: { server: ServerView }) {
  const t = useTranslations('releaseSettings');
  const text = useText();
  const containers = (server.facts?.instances ?? []).filter((instance) => instance.kind === 'docker');
  const whyNot = ({ running, supported, reason }: FoundInstance): string | null => {
    if (!running) return t('notRunning');
    return supported || reason === null ? null : text(reason);
  };
  const free = containers.filter((instance) => whyNot(instance) === null).map(placeNameOf);
  const wanted = useSearchParams().get('place');
  const [place, setPlace] = useState<string | null>(
    free.find((one) => one === wanted) ?? (free.length === 1 ? (free[0] ?? null) : null),
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
          <legend className="mb-3 text-base font-semibold">{t('which')}</legend>
          {containers.length === 0 && <p className="text-ink-soft">{t('none')}</p>}
          <div className="grid gap-2">
            {containers.map((instance) => (
              <ChoiceCard
                key={placeNameOf(instance)}
                name="place"
                value={placeNameOf(instance)}
                title={instance.name ?? ''}
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
                checked={place === placeNameOf(instance)}
                onChange={() => setPlace(placeNameOf(instance))}
              />
            ))}
          </div>
        </fieldset>
        {place !== null && <ReleasePlan key={place} server={server} place={place} />}
      </div>
    </>
  );
}
