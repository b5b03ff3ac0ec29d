'use client';

import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { insidePath } from '#components/auth/inside-path.ts';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { PairView } from '#server/services/services.ts';
import { ChangeSummary, NextStep } from './change-summary.tsx';
import { RouteOutcomeList } from '#components/clients/route-outcome-list.tsx';
import { operationReport } from './operation-report.ts';

/** How it ended, and where to go from here. */
export function RunOutcome({ operation, pair }: { operation: OperationView; pair: PairView | null }) {
  const t = useTranslations('run');
  const text = useText();
  const format = useFormat();
  const { status, startedAtMs, finishedAtMs } = operation;
  const took = startedAtMs === null || finishedAtMs === null ? null : finishedAtMs - startedAtMs;
  return (
    <Note
      severity={status === 'succeeded' ? 'ok' : 'info'}
      title={t(`outcome.${ended(status)}`)}
      actions={
        <>
          {status === 'succeeded' && <BackToSetUp />}
          {pair !== null && <NextStep pair={pair} />}
          {operation.pairId !== null &&
            (status === 'succeeded' || pair !== null || operation.change !== null) && (
              <ButtonLink
                href={`/pairs/${operation.pairId}`}
                variant={pair?.mustRejoin == null ? 'primary' : 'secondary'}
              >
                {t('toPair')}
              </ButtonLink>
            )}
          {operation.pairId === null && operation.serverId !== null && (
            <ButtonLink href={`/servers/${operation.serverId}`}>{t('toServer')}</ButtonLink>
          )}
        </>
      }
    >
      {operation.change !== null && status === 'succeeded' && (
        <ChangeSummary operation={operation} change={operation.change} />
      )}
      {operation.routes !== null && <RouteOutcomeList outcome={operation.routes} />}
      <p className="flex flex-wrap items-center gap-x-3 text-sm text-ink-soft tabular-nums">
        {took !== null && t('took', { time: format.ms(took) })}
        {operation.plan.expectedMs !== null &&
          ` ${t('ofExpected', { time: format.ms(operation.plan.expectedMs) })}`}
        <CopyButton withLabel text={operationReport(operation, text)} what={t('failure.report')} />
      </p>
      {operation.note !== null && <p className="text-sm">{t('noted', { note: operation.note })}</p>}
    </Note>
  );
}

/** For a run that made what a set-up lacked. */
function BackToSetUp() {
  const t = useTranslations('servers');
  const returnTo = useSearchParams().get('return');
  if (returnTo === null) return null;
  return (
    <ButtonLink href={insidePath(returnTo)} variant="primary">
      {t('return')}
    </ButtonLink>
  );
}

function ended(status: OperationView['status']): 'succeeded' | 'undone' | 'cancelled' | 'closed' {
  return status === 'succeeded' || status === 'undone' || status === 'cancelled' ? status : 'closed';
}
