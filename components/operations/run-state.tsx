'use client';

import { useTranslations } from 'next-intl';
import { useServerNow } from '#components/live/use-live.ts';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import { Card } from '#components/ui/card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import { STEP_LOOK } from './operation-table.ts';

/** Where the run stands, how long it has taken, and that it does not need this page. */
export function RunState({ operation }: { operation: OperationView }) {
  const t = useTranslations('run');
  const text = useText();
  const format = useFormat();
  const now = useServerNow();
  const over = operation.steps.filter((step) => STEP_LOOK[step.state].over).length;
  const current = operation.plan.steps[over];
  const elapsed =
    operation.startedAtMs === null || now === null ? null : Math.max(0, now - operation.startedAtMs);
  const verifying = !operation.workerAlive && operation.status !== 'queued';
  return (
    <Card className="p-4 sm:p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="flex items-start gap-2.5 text-base font-medium">
          <Mark
            shape={verifying ? 'dashed' : 'gear'}
            size={20}
            className={`mt-0.5 ${verifying ? 'text-ink-soft' : 'text-running'}`}
          />
          {verifying
            ? t('verifying')
            : operation.cancelRequested
              ? t('cancelling')
              : current === undefined || operation.status !== 'running'
                ? t(`sentence.${operation.status === 'undoing' ? 'undoing' : 'queued'}`)
                : t('sentence.running', {
                    n: over + 1,
                    total: operation.steps.length,
                    what: text(current.explain),
                  })}
        </p>
        <p className="text-sm text-ink-soft tabular-nums">
          {elapsed !== null && t('elapsed', { time: format.ms(Math.floor(elapsed / 1_000) * 1_000) })}
          {operation.plan.expectedMs !== null &&
            ` · ${t('expected', { time: format.ms(operation.plan.expectedMs) })}`}
        </p>
      </div>
      <progress
        className="progress mt-3"
        value={over}
        max={operation.steps.length}
        aria-label={t('stepsOf', { done: over, total: operation.steps.length })}
      />
      <p className="mt-2 text-sm text-ink-soft">
        {operation.committed && `${t('committed')} `}
        {t('goesOn')}
      </p>
    </Card>
  );
}
