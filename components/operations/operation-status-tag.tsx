'use client';

import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import type { OperationStatus } from '#server/domain/operation-view.ts';
import { OPERATION_LOOK, STEP_LOOK } from './operation-table.ts';

export interface OperationStatusTagProps {
  status: OperationStatus;
  extra?: string;
  /** Nobody works on it just now: no gear turns for a dead process. */
  verifying?: boolean;
}

/** Shape, colour and word of a run's status. */
export function OperationStatusTag({ status, extra, verifying }: OperationStatusTagProps) {
  const t = useTranslations('run.status');
  const look = verifying === true ? STEP_LOOK.waiting : OPERATION_LOOK[status];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium ${look.ink}`}>
      <Mark shape={look.shape} />
      {t(verifying === true ? 'verifying' : status)}
      {extra !== undefined && <span className="font-normal text-ink-soft tabular-nums">{extra}</span>}
    </span>
  );
}
