'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { useServerNow } from '#components/live/use-live.ts';
import { NetworkFindings } from '#components/network/network-findings.tsx';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { isFreshLook, STREAM_BYTES, type NetworkLook } from '#server/domain/network-look.ts';
import type { DraftNetworkAnswer } from '#server/services/network-answer.ts';

const ASK_AGAIN_MS = 1_000;

/** The network between the chosen servers, examined on request and kept with the draft. */
export function DraftNetwork({ draftId }: { draftId: string }) {
  const trpc = useTRPC();
  const network = useQuery(
    trpc.draft.network.queryOptions(
      { id: draftId },
      { refetchInterval: (query) => (query.state.data?.state === 'making' ? ASK_AGAIN_MS : false) },
    ),
  );
  useRenewedPlan(draftId, network.data);
  return (
    <QueryStates query={network} skeleton={<Skeleton className="h-32" />}>
      {(answer) => (answer.state === 'incomplete' ? null : <Panel draftId={draftId} answer={answer} />)}
    </QueryStates>
  );
}

/** A plan's times hang on the line: one that was measured a moment ago makes the plan anew. */
function useRenewedPlan(draftId: string, answer: DraftNetworkAnswer | undefined) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const wasMaking = useRef(false);
  const state = answer?.state;
  useEffect(() => {
    if (wasMaking.current && state === 'ready')
      void queryClient.invalidateQueries(trpc.draft.plan.queryFilter({ id: draftId }));
    wasMaking.current = state === 'making';
  }, [state, draftId, queryClient, trpc]);
}

function Panel({
  draftId,
  answer,
}: {
  draftId: string;
  answer: Exclude<DraftNetworkAnswer, { state: 'incomplete' }>;
}) {
  const t = useTranslations('network.draft');
  const format = useFormat();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const examine = useMutation(
    trpc.draft.examine.mutationOptions({
      onSuccess: (started) => queryClient.setQueryData(trpc.draft.network.queryKey({ id: draftId }), started),
    }),
  );
  const making = answer.state === 'making';
  return (
    <section aria-labelledby="draft-network" className="mb-8 space-y-4 border-b border-line pb-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="max-w-2xl min-w-0">
          <h2 id="draft-network" className="text-base font-semibold">
            {t('title')}
          </h2>
          <p className="text-sm text-ink-soft">{t('lead', { bytes: format.bytes(2 * STREAM_BYTES) })}</p>
        </div>
        <Button busy={making || examine.isPending} onClick={() => examine.mutate({ id: draftId })}>
          {t(answer.state === 'none' || making ? 'examine' : 'again')}
        </Button>
      </div>
      {examine.error !== null && <ProblemNote role="alert" problem={problemOf(examine.error)} />}
      <div role="status">{making && <p className="text-sm">{t('making')}</p>}</div>
      <Found answer={answer} />
    </section>
  );
}

function Found({ answer }: { answer: DraftNetworkAnswer }) {
  const now = useServerNow();
  if (answer.state === 'failed') {
    const problem = answer.operation.problem ?? { code: 'ASSERTION' as const, message: '' };
    return <ProblemNote role="alert" problem={problem} />;
  }
  if (answer.state !== 'ready') return null;
  return (
    <>
      {now !== null && <Age look={answer} nowMs={now} />}
      <NetworkFindings look={answer} nowMs={now} />
    </>
  );
}

/** Says when it was looked; an old look is no longer taken for the present. */
function Age({ look, nowMs }: { look: NetworkLook; nowMs: number }) {
  const t = useTranslations('network.draft');
  const format = useFormat();
  const ago = format.ago(look.takenAtMs, nowMs);
  if (isFreshLook(look.takenAtMs, nowMs))
    return <p className="text-sm text-ink-soft">{t('taken', { ago })}</p>;
  return (
    <Note severity="info" title={t('old', { ago })}>
      <p className="text-sm">{t('oldHint')}</p>
    </Note>
  );
}
