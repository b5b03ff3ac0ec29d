'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { ASK_AGAIN_MS, PlanToStart } from '#components/plan/plan-to-start.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import type { ContainerWish, ServerView } from '#server/services/services.ts';

export interface ContainerPlanProps {
  server: ServerView;
  wish: ContainerWish;
  /** Page of a set-up that waits for the container. */
  returnTo: string | null;
}

/** The plan that the worker makes of the chosen container, and its start. */
export function ContainerPlan({ server, wish, returnTo }: ContainerPlanProps) {
  const t = useTranslations('makeContainer');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [key, setKey] = useState(newRequestKey);
  const onAgain = () => setKey(newRequestKey());
  const query = useQuery({
    ...trpc.server.containerPlan.queryOptions({ ...wish, key }),
    refetchInterval: ({ state }) => (state.data?.state === 'making' ? ASK_AGAIN_MS : false),
    staleTime: Infinity,
  });
  const start = useMutation(
    trpc.server.makeContainer.mutationOptions({
      onSuccess: (operationId) => {
        void queryClient.invalidateQueries(trpc.server.pathFilter());
        const back = returnTo === null ? '' : `?return=${encodeURIComponent(returnTo)}`;
        router.push(`/operations/${operationId}${back}`);
      },
      onError: (error) => {
        if (problemOf(error).code === 'STALE_VIEW') onAgain();
      },
    }),
  );
  return (
    <PlanToStart
      query={query}
      making={t('making')}
      startLabel={t('start', { server: server.name })}
      onStart={(made) => start.mutate(made)}
      starting={start.isPending || start.isSuccess}
      startError={start.error}
      onAgain={onAgain}
    />
  );
}
