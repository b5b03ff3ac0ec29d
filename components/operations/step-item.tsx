'use client';

import { useTranslations } from 'next-intl';
import { useServerNow } from '#components/live/use-live.ts';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { StepDetails } from '#components/plan/step-details.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { StepProgress, StepView } from '#server/domain/operation-view.ts';
import type { PlanStep } from '#server/domain/plan.ts';
import { STEP_LOOK } from './operation-table.ts';

export interface StepItemProps {
  number: number;
  planned: PlanStep;
  step: StepView;
  current: boolean;
}

/** One step: what, where, how long against expected, its key fact; opened, its exact commands. */
export function StepItem({ number, planned, step, current }: StepItemProps) {
  const t = useTranslations('run');
  const text = useText();
  const look = STEP_LOOK[step.state];
  return (
    <li
      aria-current={current ? 'step' : undefined}
      className="px-4 py-3"
      data-testid={`step-${planned.name}`}
      data-state={step.state}
    >
      <div className="flex items-start gap-3">
        <Mark shape={look.shape} size={18} className={`mt-0.5 ${look.ink}`} />
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline justify-between gap-x-4 sm:flex-nowrap">
            <span className={step.state === 'waiting' ? 'text-ink-soft' : 'font-medium'}>
              {number}. {text(planned.explain)}
            </span>
            <StepTime planned={planned} step={step} />
          </p>
          <p className="flex flex-wrap gap-x-3 text-sm text-ink-soft">
            <span className={look.ink}>{t(`step.${step.state}`)}</span>
            {planned.server !== null && <span>{planned.server}</span>}
            {step.attempt > 1 && <span>{t('attempt', { n: step.attempt })}</span>}
          </p>
          {step.fact !== null && <p className="text-sm">{text(step.fact)}</p>}
          {step.progress !== null && step.state === 'running' && (
            <Progress progress={step.progress} label={text(planned.explain)} />
          )}
          {step.problem !== null && step.state === 'failed' && (
            <div className="mt-2">
              <ProblemNote problem={step.problem} />
            </div>
          )}
          <StepDetails planned={planned} />
        </div>
      </div>
    </li>
  );
}

function StepTime({ planned, step }: { planned: PlanStep; step: StepView }) {
  const t = useTranslations('run');
  const format = useFormat();
  const now = useServerNow();
  const end = step.finishedAtMs ?? (STEP_LOOK[step.state].over ? null : now);
  const took = step.startedAtMs === null || end === null ? null : Math.max(0, end - step.startedAtMs);
  const coarse = (ms: number) => format.ms(step.finishedAtMs === null ? Math.floor(ms / 1_000) * 1_000 : ms);
  return (
    <span className="text-sm whitespace-nowrap text-ink-soft tabular-nums">
      {took !== null && coarse(took)}
      {planned.expectedMs !== null && ` ${t('ofExpected', { time: format.ms(planned.expectedMs) })}`}
    </span>
  );
}

function Progress({ progress, label }: { progress: StepProgress; label: string }) {
  const t = useTranslations('run');
  const format = useFormat();
  const { doneBytes, totalBytes, bytesPerSecond, etaMs } = progress;
  const parts = [
    doneBytes !== null &&
      totalBytes !== null &&
      t('bytesOf', { done: format.bytes(doneBytes), total: format.bytes(totalBytes) }),
    doneBytes !== null && totalBytes === null && format.bytes(doneBytes),
    bytesPerSecond !== null && format.rate(bytesPerSecond),
    etaMs !== null && t('left', { time: format.ms(Math.ceil(etaMs / 1_000) * 1_000) }),
    progress.phase,
  ].filter((part) => typeof part === 'string');
  return (
    <div className="mt-2">
      <progress
        className="progress"
        aria-label={label}
        {...(doneBytes !== null && totalBytes !== null && totalBytes > 0
          ? { value: doneBytes, max: totalBytes }
          : {})}
      />
      <p className="mt-1 text-sm tabular-nums">{parts.join(' · ')}</p>
    </div>
  );
}
