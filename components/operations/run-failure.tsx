'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import type { OperationView } from '#server/domain/operation-view.ts';
import { failureFacts } from './failure-facts.ts';
import { operationReport } from './operation-report.ts';

/** The four questions of the one who is called at night, before anything else. */
export function RunFailure({ operation }: { operation: OperationView }) {
  const t = useTranslations('run.failure');
  const text = useText();
  const facts = failureFacts(operation);
  const names = (steps: typeof facts.undone) => steps.map((step) => text(step.explain)).join('; ');
  return (
    <Note
      severity={facts.dataAtRisk ? 'critical' : 'high'}
      title={<h2 className="text-base">{t('title')}</h2>}
    >
      <dl className="grid gap-x-8 gap-y-3 md:grid-cols-2">
        <Question ask={t('writes')}>
          {facts.writes.state === 'unclear' && t('writesUnclear', { server: facts.writes.server })}
          {facts.writes.state === 'restarted' && t('writesRestarted', { server: facts.writes.server })}
          {facts.writes.state === 'untouched' && t('writesUntouched')}
        </Question>
        <Question ask={t('data')}>
          {t(facts.dataAtRisk ? 'dataRisk' : facts.moved.length > 0 ? 'dataMoved' : 'dataSafe', {
            paths: facts.moved.join(', '),
          })}
        </Question>
        <Question ask={t('undone')}>
          {facts.undone.length > 0 ? t('undoneSteps', { steps: names(facts.undone) }) : t('undoneNothing')}
          {facts.inPlace.length > 0 && ` ${t('inPlace', { steps: names(facts.inPlace) })}`}
        </Question>
        <Question ask={t('choices')}>
          <ul className="list-disc pl-5">
            {operation.allowed.retry && <li>{t('choiceRetry')}</li>}
            {operation.allowed.undo && <li>{t('choiceUndo')}</li>}
            {operation.allowed.close && <li>{t('choiceClose')}</li>}
          </ul>
        </Question>
      </dl>
      <p className="flex items-center gap-1 text-sm text-ink-soft">
        {t('report')}
        <CopyButton withLabel text={operationReport(operation, text)} what={t('report')} />
      </p>
    </Note>
  );
}

function Question({ ask, children }: { ask: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm font-semibold">{ask}</dt>
      <dd className="text-sm">{children}</dd>
    </div>
  );
}
