'use client';

import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import type { Readiness } from '#server/domain/assessment.ts';
import { READINESS_LOOK } from './readiness-table.ts';

/** Shape and word: could the roles be changed now? */
export function ReadinessTag({ state }: { state: Readiness }) {
  const t = useTranslations('readiness');
  const look = READINESS_LOOK[state];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm whitespace-nowrap ${look.ink}`}>
      <Mark shape={look.shape} />
      {t(state)}
    </span>
  );
}
