'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { ASK_AGAIN_MS, PlanToStart } from '#components/plan/plan-to-start.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import type { ServerView } from '#server/services/services.ts';
import { SettingChoice } from './setting-choice.tsx';

/** What the command line gives, what of it moves, the plan that the worker makes of that, and its start. */
export function ReleasePlan({ server, place }: { server: ServerView; place: string }) {
  const t = useTranslations('releaseSettings');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [key, setKey] = useState(newRequestKey);
  const [names, setNames] = useState<string[] | null>(null);
  const [settled, setSettled] = useState(true);
  const onAgain = () => setKey(newRequestKey());
  const query = useQuery({
    ...trpc.server.releasePlan.queryOptions({ serverId: server.id, place, names, key }),
    refetchInterval: ({ state }) => (state.data?.state === 'making' ? ASK_AGAIN_MS : false),
    staleTime: Infinity,
  });
  const start = useMutation(
    trpc.server.releaseSettings.mutationOptions({
      onSuccess: (operationId) => {
        void queryClient.invalidateQueries(trpc.server.pathFilter());
        router.push(`/operations/${operationId}`);
      },
      onError: (error) => {
        if (problemOf(error).code === 'STALE_VIEW') onAgain();
      },
    }),
  );
  const ready = query.data?.state === 'ready' ? query.data : null;
  const seconds = Math.round((ready?.plan.outageMs ?? 0) / 1_000);
  return (
    <>
      {ready !== null && (
        <SettingChoice
          key={ready.planId}
          choices={ready.choices}
          onSettled={setSettled}
          onChoose={(chosen) => {
            setNames(chosen);
            setSettled(true);
          }}
        />
      )}
      {settled && (
        <PlanToStart
          query={query}
          making={t('making')}
          startLabel={seconds > 0 ? t('startWithOutage', { seconds: String(seconds) }) : t('start')}
          onStart={(made) => start.mutate(made)}
          starting={start.isPending || start.isSuccess}
          startError={start.error}
          onAgain={onAgain}
        />
      )}
    </>
  );
}
