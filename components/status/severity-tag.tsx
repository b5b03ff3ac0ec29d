'use client';

import { useTranslations } from 'next-intl';
import { classNames } from '#components/ui/class-names.ts';
import type { Severity } from '#server/domain/pair-sample.ts';
import { Mark } from './mark.tsx';
import { SEVERITY_LOOK } from './severity-table.ts';

/** Shape, colour and word of a severity. */
export function SeverityTag({ severity, className }: { severity: Severity; className?: string }) {
  const t = useTranslations('severity');
  const look = SEVERITY_LOOK[severity];
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 text-sm font-medium whitespace-nowrap',
        look.ink,
        className,
      )}
    >
      <Mark shape={look.shape} />
      {t(severity)}
    </span>
  );
}
