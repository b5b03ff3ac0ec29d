'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { PairView } from '#server/services/services.ts';
import { failureFacts, type FailureFacts } from './failure-facts.ts';
import { operationReport } from './operation-report.ts';
import { WritersAnswer } from './writers-answer.tsx';

/** The four questions of the one who is called at night, before anything else. */
export function RunFailure({ operation, pair }: { operation: OperationView; pair: PairView | null }) {
  const t = useTranslations('run.failure');
  const text = useText();
  const facts = failureFacts(operation);
  const names = (steps: typeof facts.undone) =>
    steps.map((step) => text(step.explain).replace(/\.$/, '')).join('; ');
  return (
    <Note
      severity={facts.dataAtRisk ? 'critical' : 'high'}
      title={<h2 className="text-base">{t('title')}</h2>}
    >
      <dl className="grid gap-x-8 gap-y-3 md:grid-cols-2">
        <Question ask={t('writes')}>
          <Writes operation={operation} pair={pair} facts={facts} />
        </Question>
        <Question ask={t('data')}>
          {operation.kind === 'failover' &&
            operation.change !== null &&
            `${t('dataFailover', { server: operation.change.oldPrimary })} `}
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

/** A change of roles is asked of the servers themselves; other runs know what they touched. */
function Writes({ operation, pair, facts }: WritesProps) {
  const t = useTranslations('run.failure');
  if (operation.change !== null) return pair === null ? t('writesOld') : <WritersAnswer pair={pair} />;
  const { writes } = facts;
  if (writes.state === 'untouched') return t('writesUntouched');
  return t(writes.state === 'unclear' ? 'writesUnclear' : 'writesRestarted', { server: writes.server });
}

interface WritesProps {
  operation: OperationView;
  pair: PairView | null;
  facts: FailureFacts;
}

function Question({ ask, children }: { ask: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm font-semibold">{ask}</dt>
      <dd className="text-sm">{children}</dd>
    </div>
  );
}
