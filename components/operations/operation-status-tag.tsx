'use client';

import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import type { OperationStatus } from '#server/domain/operation-view.ts';
import { OPERATION_LOOK } from './operation-table.ts';

/** Shape, colour and word of a run's status. */
export function OperationStatusTag({ status, extra }: { status: OperationStatus; extra?: string }) {
  const t = useTranslations('run.status');
  const look = OPERATION_LOOK[status];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium ${look.ink}`}>
      <Mark shape={look.shape} />
      {t(status)}
      {extra !== undefined && <span className="font-normal text-ink-soft tabular-nums">{extra}</span>}
    </span>
  );
}
