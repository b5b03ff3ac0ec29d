'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { ASK_AGAIN_MS, PlanToStart } from '#components/plan/plan-to-start.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import type { HostWishRequest, ServerView } from '#server/services/services.ts';

/** The plan that the worker makes of the wish, and its start. */
export function HostPlan({ server, wish }: { server: ServerView; wish: HostWishRequest }) {
  const t = useTranslations('prepareHost');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [key, setKey] = useState(newRequestKey);
  const onAgain = () => setKey(newRequestKey());
  const query = useQuery({
    ...trpc.server.preparationPlan.queryOptions({ id: server.id, wish, key }),
    refetchInterval: ({ state }) => (state.data?.state === 'making' ? ASK_AGAIN_MS : false),
    staleTime: Infinity,
  });
  const start = useMutation(
    trpc.server.prepare.mutationOptions({
      onSuccess: (operationId) => {
        void queryClient.invalidateQueries(trpc.server.pathFilter());
        router.push(`/operations/${operationId}`);
      },
      onError: (error) => {
        if (problemOf(error).code === 'STALE_VIEW') onAgain();
      },
    }),
  );
  return (
    <PlanToStart
      query={query}
      making={t('making', { server: server.name })}
      startLabel={t('start', { server: server.name })}
      onStart={(made) => start.mutate({ id: server.id, ...made })}
      starting={start.isPending || start.isSuccess}
      startError={start.error}
      onAgain={onAgain}
    />
  );
}
