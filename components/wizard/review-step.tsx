'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect, type ReactNode } from 'react';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { Problem } from '#server/errors/app-error.ts';
import type { DraftView, PlanAnswer, ServerView } from '#server/services/services.ts';
import { DraftNetwork } from './draft-network.tsx';
import { PlanReview } from './plan-review.tsx';
import { stepAsking, stepPath } from './wizard-steps.ts';
import { WizardFrame } from './wizard-frame.tsx';

const WHILE_MAKING_MS = 1_000;
/** In the address: what stood in the way of the plan was dealt with, so both servers are looked at again. */
const AGAIN = 'again';

/** The whole plan before anything happens. */
export function ReviewStep({ draft, servers }: { draft: DraftView; servers: ServerView[] }) {
  const t = useTranslations('wizard.review');
  const trpc = useTRPC();
  const plan = useQuery(
    trpc.draft.plan.queryOptions(
      { id: draft.id },
      {
        staleTime: Infinity,
        refetchInterval: (query) => (query.state.data?.state === 'making' ? WHILE_MAKING_MS : false),
      },
    ),
  );
  return (
    <WizardFrame draft={draft} servers={servers} step="review" title={t('title')} lead={t('lead')}>
      <DraftNetwork draftId={draft.id} />
      <QueryStates query={plan} skeleton={<Skeleton className="h-96" />}>
        {(answer) => <Answer answer={answer} draft={draft} />}
      </QueryStates>
    </WizardFrame>
  );
}

function Answer({ answer, draft }: { answer: PlanAnswer; draft: DraftView }) {
  const t = useTranslations('wizard.review');
  const renew = useRenewPlan(draft.id);
  useLookAgain(draft.id, answer.state === 'failed', renew.mutate);
  const again = (
    <Button busy={renew.isPending} onClick={() => renew.mutate({ id: draft.id })}>
      {t('again')}
    </Button>
  );
  switch (answer.state) {
    case 'incomplete':
      return <Incomplete draftId={draft.id} missing={answer.missing} />;
    case 'making':
      return (
        <div role="status">
          <Note severity="info" title={t('making')}>
            <progress className="progress" aria-label={t('making')} />
            <Link className="link text-sm" href={`/operations/${answer.operationId}`}>
              {t('makingRun')}
            </Link>
          </Note>
        </div>
      );
    case 'failed': {
      const problem = answer.operation.problem ?? {
        code: 'ASSERTION' as const,
        message: answer.operation.status,
      };
      const ways = (
        <Ways draftId={draft.id} problem={problem}>
          {again}
        </Ways>
      );
      return <ProblemNote role="alert" problem={problem} actions={ways} />;
    }
    case 'ready':
      return (
        <div className="space-y-4">
          {renew.error !== null && <ProblemNote role="alert" problem={problemOf(renew.error)} />}
          <PlanReview
            key={answer.planId}
            draftId={draft.id}
            plan={answer.plan}
            planId={answer.planId}
            again={again}
          />
        </div>
      );
  }
}

/** What can be done about a plan that could not be made. */
function Ways({ draftId, problem, children }: { draftId: string; problem: Problem; children: ReactNode }) {
  const t = useTranslations('makeContainer');
  const serverId = problem.code === 'CONTAINER_MISSING' ? problem.data?.['serverId'] : undefined;
  const back = encodeURIComponent(`${stepPath(draftId, 'review')}?${AGAIN}=1`);
  return (
    <>
      {typeof serverId === 'string' && (
        <ButtonLink variant="primary" href={`/servers/${serverId}/container?return=${back}`}>
          {t('open')}
        </ButtonLink>
      )}
      {children}
    </>
  );
}

/** Whoever comes back from making what was missing does not have to ask for the next look. */
function useLookAgain(draftId: string, failed: boolean, renew: (draft: { id: string }) => void): void {
  const router = useRouter();
  const asked = useSearchParams().get(AGAIN) !== null;
  useEffect(() => {
    if (!asked) return;
    if (failed) renew({ id: draftId });
    router.replace(stepPath(draftId, 'review'));
  }, [asked, failed, draftId, renew, router]);
}

function useRenewPlan(draftId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.draft.renewPlan.mutationOptions({
      onSuccess: (answer) => queryClient.setQueryData(trpc.draft.plan.queryKey({ id: draftId }), answer),
    }),
  );
}

function Incomplete({ draftId, missing }: { draftId: string; missing: readonly string[] }) {
  const t = useTranslations('wizard.review');
  const tMissing = useTranslations('wizard.missing');
  return (
    <Note severity="info" title={t('incomplete')}>
      <ul className="list-disc space-y-1 pl-5">
        {missing.map((field) => (
          <li key={field}>
            <Link className="link" href={stepPath(draftId, stepAsking(field))}>
              {tMissing.has(field as 'name') ? tMissing(field as 'name') : field}
            </Link>
          </li>
        ))}
      </ul>
    </Note>
  );
}
