'use client';

import { useTranslations } from 'next-intl';
import { useServerNow } from '#components/live/use-live.ts';
import { Card } from '#components/ui/card.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { OutageView } from '#server/domain/operation-view.ts';

/** How long nobody can write, or could not: from the last accepted write to the first one on the new primary. */
export function OutageClock({ outage }: { outage: OutageView }) {
  const t = useTranslations('run.outage');
  const format = useFormat();
  const now = useServerNow();
  const running = outage.endedAtMs === null;
  const endMs = outage.endedAtMs ?? now;
  const tookMs = endMs === null ? null : Math.max(0, endMs - outage.startedAtMs);
  return (
    <Card className={classNames('px-4 py-3 sm:px-5', running && 'border-high/45 bg-high-wash')}>
      <h2 className="text-sm text-ink-soft">{t('title')}</h2>
      <p
        data-testid="outage"
        className={classNames('mt-0.5 text-2xl font-semibold tabular-nums', running && 'text-high')}
      >
        {t(running ? 'running' : 'over', {
          time: format.ms(running && tookMs !== null ? Math.floor(tookMs / 100) * 100 : tookMs),
        })}
      </p>
      <p className="text-sm text-ink-soft">{t(`since.${outage.since}`)}</p>
    </Card>
  );
}
