'use client';

import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { Shown } from './use-live.ts';

const LOOK = {
  live: 'text-ink-soft',
  delayed: 'text-ink-soft',
  stale: 'text-ink hatched font-medium px-1.5 rounded',
  frozen: 'text-ink hatched font-medium px-1.5 rounded',
  paused: 'text-ink hatched font-medium px-1.5 rounded',
} as const satisfies Record<Shown, string>;

/** How old what stands beside it is. Never announced: it ticks. */
export function FreshnessMark({ shown, ageMs }: { shown: Shown; ageMs: number | null }) {
  const t = useTranslations('freshness');
  const format = useFormat();
  if (ageMs === null) return <span className="text-sm text-ink-soft">{t('unknown')}</span>;
  const age = format.seconds(Math.round(ageMs / 1000));
  return (
    <span
      className={classNames(
        'inline-flex min-h-6 items-center gap-1.5 text-sm whitespace-nowrap tabular-nums',
        LOOK[shown],
      )}
    >
      {shown === 'live' ? (
        <span aria-hidden className="size-1.5 rounded-full bg-ink-soft" />
      ) : (
        <Mark shape="dashed" size={13} />
      )}
      {t(shown, { age })}
    </span>
  );
}
