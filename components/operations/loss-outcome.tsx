'use client';

import { useTranslations } from 'next-intl';
import { Note } from '#components/status/note.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { LossOutcome } from '#server/domain/loss-record.ts';

/** Really lost beside what had been said, in two sentences. */
export function useLossOutcome(): (loss: LossOutcome) => { measured: string; said: string } {
  const t = useTranslations('run.loss');
  const format = useFormat();
  return ({ measured, bound }) => {
    const { transactions, committedBytes, relations } = measured;
    const numbers = { transactions, bytes: format.bytes(committedBytes), relations: relations.length };
    const bytes = bound.bytes === null ? null : format.bytes(bound.bytes);
    return {
      measured: transactions === 0 ? t('measuredNone') : t('measured', numbers),
      said:
        bound.transactions === null || bytes === null
          ? t('saidUnknown')
          : t('said', { transactions: bound.transactions, bytes }),
    };
  };
}

/** The truth about a loss, on the run that lost it and on the one that read it. */
export function LossNote({ operationId, loss }: { operationId: string; loss: LossOutcome }) {
  const t = useTranslations('run.loss');
  const format = useFormat();
  const { measured, said } = useLossOutcome()(loss);
  return (
    <Note severity={loss.exceeded ? 'critical' : 'info'} title={measured}>
      <p className="text-sm">{said}</p>
      {loss.exceeded && <p className="text-sm font-medium">{t('exceeded')}</p>}
      <p className="text-sm text-ink-soft">{t('basis', { time: format.shortDateTime(loss.measuredAtMs) })}</p>
      {loss.walText.bytes > 0 && (
        <a
          className="link inline-flex min-h-9 items-center text-sm"
          href={`/api/operations/${operationId}/lost-wal`}
          download
        >
          {t(loss.walText.cut ? 'downloadCut' : 'download', { bytes: format.bytes(loss.walText.bytes) })}
        </a>
      )}
    </Note>
  );
}
