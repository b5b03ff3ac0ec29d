'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { GateList } from '#components/plan/gate-list.tsx';
import { PlanOutline } from '#components/plan/plan-outline.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { PairView, PlanAnswer } from '#server/services/services.ts';
import { RemovalForm } from './removal-form.tsx';
import type { Keep } from './removal-keep.ts';

const ASK_AGAIN_MS = 700;

/** The plan that the worker makes of the choice; a new look is a new plan. */
export function RemovalPlan({ pair, keep }: { pair: PairView; keep: Keep }) {
  const t = useTranslations('removal');
  const trpc = useTRPC();
  const [key, setKey] = useState(newRequestKey);
  const answer = useQuery({
    ...trpc.pair.removalPlan.queryOptions({ id: pair.id, keep, key }),
    refetchInterval: (query) => (query.state.data?.state === 'making' ? ASK_AGAIN_MS : false),
    staleTime: Infinity,
  });
  const again = <Button onClick={() => setKey(newRequestKey())}>{t('again')}</Button>;
  return (
    <section aria-labelledby="removal-plan" className="space-y-6">
      <h2 id="removal-plan" className="text-base font-semibold">
        {t('plan')}
      </h2>
      <QueryStates query={answer} skeleton={<Skeleton className="h-64" />}>
        {(data) => <Answer pair={pair} answer={data} again={again} onAgain={() => setKey(newRequestKey())} />}
      </QueryStates>
    </section>
  );
}

interface AnswerProps {
  pair: PairView;
  answer: PlanAnswer;
  again: ReactNode;
  onAgain: () => void;
}

function Answer({ pair, answer, again, onAgain }: AnswerProps) {
  const t = useTranslations('removal');
  if (answer.state === 'failed') {
    const problem = answer.operation.problem ?? { code: 'ASSERTION' as const, message: '' };
    return <ProblemNote role="alert" problem={problem} actions={again} />;
  }
  if (answer.state !== 'ready') return <p role="status">{t('making')}</p>;
  const { plan, planId } = answer;
  return (
    <>
      <GateList gates={plan.gates} />
      <PlanOutline plan={plan} />
      {again}
      <RemovalForm pair={pair} plan={plan} planId={planId} onRefused={onAgain} />
    </>
  );
}
