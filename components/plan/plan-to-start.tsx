'use client';

import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { Button } from '#components/ui/button.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { Plan } from '#server/domain/plan.ts';
import type { PlanAnswer } from '#server/services/services.ts';
import { GateList } from './gate-list.tsx';
import { PlanOutline } from './plan-outline.tsx';

/** How long to wait before asking again for a plan that is being made, ms. */
export const ASK_AGAIN_MS = 700;

export interface PlanToStartProps {
  query: Pick<UseQueryResult<PlanAnswer, unknown>, 'data' | 'error' | 'isFetching' | 'refetch'>;
  /** Sentence while the worker makes the plan. */
  making: string;
  startLabel: string;
  /** Starts exactly the plan on the screen. */
  onStart: (made: { planId: string; planHash: string }) => void;
  starting: boolean;
  startError: unknown;
  /** A new look. */
  onAgain: () => void;
}

/** A plan of a server, its conditions, and its start: nothing needs to be typed, because nothing can be lost. */
export function PlanToStart(props: PlanToStartProps) {
  const t = useTranslations('planToStart');
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} className="space-y-6 border-t border-line pt-6">
      <h2 id={headingId} className="text-base font-semibold">
        {t('plan')}
      </h2>
      <QueryStates query={props.query} skeleton={<Skeleton className="h-64" />}>
        {(answer) => <Answer {...props} answer={answer} />}
      </QueryStates>
    </section>
  );
}

function Answer({ answer, ...props }: PlanToStartProps & { answer: PlanAnswer }) {
  const t = useTranslations('planToStart');
  if (answer.state === 'failed') {
    const problem = answer.operation.problem ?? { code: 'ASSERTION' as const, message: '' };
    const again = <Button onClick={props.onAgain}>{t('again')}</Button>;
    return <ProblemNote role="alert" problem={problem} actions={again} />;
  }
  if (answer.state !== 'ready') return <p role="status">{props.making}</p>;
  return (
    <>
      <GateList gates={answer.plan.gates} />
      <PlanOutline plan={answer.plan} />
      <Start {...props} plan={answer.plan} planId={answer.planId} />
    </>
  );
}

function Start(props: PlanToStartProps & { plan: Plan; planId: string }) {
  const t = useTranslations('planToStart');
  const whyNotId = useId();
  const { plan, planId, startError } = props;
  const blocking = plan.gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown').length;
  const nothingToDo = plan.steps.every((step) => step.kind === 'check');
  const whyNot = blocking > 0 ? t('blocked', { count: blocking }) : nothingToDo ? t('nothingToDo') : null;
  return (
    <div className="space-y-4">
      {startError !== null && <ProblemNote role="alert" problem={problemOf(startError)} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          variant="primary"
          busy={props.starting}
          blocked={whyNot !== null}
          aria-describedby={whyNot === null ? undefined : whyNotId}
          onClick={() => props.onStart({ planId, planHash: plan.hash })}
        >
          {props.startLabel}
        </Button>
        <Button onClick={props.onAgain}>{t('again')}</Button>
        {whyNot !== null && (
          <p id={whyNotId} className="text-sm text-ink-soft">
            {whyNot}
          </p>
        )}
      </div>
    </div>
  );
}
