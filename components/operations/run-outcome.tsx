'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import { operationReport } from './operation-report.ts';

/** How it ended, and where to go from here. */
export function RunOutcome({ operation }: { operation: OperationView }) {
  const t = useTranslations('run');
  const text = useText();
  const format = useFormat();
  const { status, startedAtMs, finishedAtMs } = operation;
  const took = startedAtMs === null || finishedAtMs === null ? null : finishedAtMs - startedAtMs;
  return (
    <Note
      severity={status === 'succeeded' ? 'ok' : 'info'}
      title={t(
        `outcome.${status === 'succeeded' || status === 'undone' || status === 'cancelled' ? status : 'closed'}`,
      )}
      actions={
        <>
          {operation.pairId !== null && status === 'succeeded' && (
            <ButtonLink href={`/pairs/${operation.pairId}`} variant="primary">
              {t('toPair')}
            </ButtonLink>
          )}
          {operation.pairId === null && operation.serverId !== null && (
            <ButtonLink href={`/servers/${operation.serverId}`}>{t('toServer')}</ButtonLink>
          )}
        </>
      }
    >
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
