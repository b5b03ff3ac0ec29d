'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { GateList } from '#components/plan/gate-list.tsx';
import { PlanOutline } from '#components/plan/plan-outline.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { Plan } from '#server/domain/plan.ts';
import type { HostWishRequest, PlanAnswer, ServerView } from '#server/services/services.ts';

const ASK_AGAIN_MS = 700;

/** The plan that the worker makes of the wish, and its start. */
export function HostPlan({ server, wish }: { server: ServerView; wish: HostWishRequest }) {
  const t = useTranslations('prepareHost');
  const trpc = useTRPC();
  const [key, setKey] = useState(newRequestKey);
  const answer = useQuery({
    ...trpc.server.preparationPlan.queryOptions({ id: server.id, wish, key }),
    refetchInterval: (query) => (query.state.data?.state === 'making' ? ASK_AGAIN_MS : false),
    staleTime: Infinity,
  });
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} className="space-y-6 border-t border-line pt-6">
      <h2 id={headingId} className="text-base font-semibold">
        {t('plan')}
      </h2>
      <QueryStates query={answer} skeleton={<Skeleton className="h-64" />}>
        {(data) => <Answer server={server} answer={data} onAgain={() => setKey(newRequestKey())} />}
      </QueryStates>
    </section>
  );
}

interface AnswerProps {
  server: ServerView;
  answer: PlanAnswer;
  onAgain: () => void;
}

function Answer({ server, answer, onAgain }: AnswerProps) {
  const t = useTranslations('prepareHost');
  if (answer.state === 'failed') {
    const problem = answer.operation.problem ?? { code: 'ASSERTION' as const, message: '' };
    return (
      <ProblemNote role="alert" problem={problem} actions={<Button onClick={onAgain}>{t('again')}</Button>} />
    );
  }
  if (answer.state !== 'ready') return <p role="status">{t('making', { server: server.name })}</p>;
  const { plan, planId } = answer;
  return (
    <>
      <GateList gates={plan.gates} />
      <PlanOutline plan={plan} />
      <Start server={server} plan={plan} planId={planId} onAgain={onAgain} />
    </>
  );
}

interface StartProps {
  server: ServerView;
  plan: Plan;
  planId: string;
  onAgain: () => void;
}

function Start({ server, plan, planId, onAgain }: StartProps) {
  const t = useTranslations('prepareHost');
  const router = useRouter();
  const queryClient = useQueryClient();
  const trpc = useTRPC();
  const whyNotId = useId();
  const prepare = useMutation(trpc.server.prepare.mutationOptions());
  const blocking = plan.gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown').length;
  const nothingToDo = plan.steps.every((step) => step.kind === 'check');
  const whyNot = blocking > 0 ? t('blocked', { count: blocking }) : nothingToDo ? t('nothingToDo') : null;
  const go = () =>
    prepare.mutate(
      { id: server.id, planId, planHash: plan.hash },
      {
        onSuccess: (operationId) => {
          void queryClient.invalidateQueries(trpc.server.pathFilter());
          router.push(`/operations/${operationId}`);
        },
        onError: (error) => {
          if (problemOf(error).code === 'STALE_VIEW') onAgain();
        },
      },
    );
  return (
    <div className="space-y-4">
      {prepare.error !== null && <ProblemNote role="alert" problem={problemOf(prepare.error)} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          variant="primary"
          busy={prepare.isPending || prepare.isSuccess}
          blocked={whyNot !== null}
          aria-describedby={whyNot === null ? undefined : whyNotId}
          onClick={go}
        >
          {t('start', { server: server.name })}
        </Button>
        <Button onClick={onAgain}>{t('again')}</Button>
        {whyNot !== null && (
          <p id={whyNotId} className="text-sm text-ink-soft">
            {whyNot}
          </p>
        )}
      </div>
    </div>
  );
}
