'use client';

import { useTranslations } from 'next-intl';
import { useLiveStore } from '#components/live/live-provider.tsx';
import { Mark } from '#components/status/mark.tsx';
import { SEVERITY_LOOK } from '#components/status/severity-table.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import { lagTrend } from './lag-trend.ts';

/** The two distances that must never be mixed up, each with what it means. */
export function RailGaps({ sample, pairId, old }: { sample: PairSample; pairId: string; old: boolean }) {
  const t = useTranslations('rail');
  const format = useFormat();
  const trend = lagTrend(useLiveStore().ring(pairId));
  const { lag, diagnosis } = sample;
  const alarm = diagnosis.code === 'lagging' ? SEVERITY_LOOK[diagnosis.severity] : null;
  const gap = (bytes: number | null) => (bytes === null ? t('unknown') : format.bytes(bytes));
  return (
    <div className="mt-4 md:pl-[14.25rem]">
      <dl className="grid gap-x-8 gap-y-3 border-t border-line pt-3 sm:grid-cols-2">
        <div>
          <dt className="flex items-center gap-2 text-sm text-ink-soft">
            <span aria-hidden className="h-2 w-6 rounded-r-full border border-dashed border-line-strong" />
            {t('notReceived')}
          </dt>
          <dd className="mt-0.5">
            <span className="text-lg font-semibold tabular-nums" data-testid="not-received">
              {gap(lag.notReceivedBytes)}
            </span>{' '}
            <span className="text-sm text-ink-soft">
              {t(lag.notReceivedBytes === null ? 'notReceivedUnknown' : 'notReceivedHelp')}
            </span>
          </dd>
        </div>
        <div>
          <dt className="flex items-center gap-2 text-sm text-ink-soft">
            <span aria-hidden className="ruled h-2 w-6 bg-line-strong/35" />
            {t('notReplayed')}
          </dt>
          <dd className="mt-0.5">
            <span className="text-lg font-semibold tabular-nums" data-testid="not-replayed">
              {gap(lag.notReplayedBytes)}
              {lag.seconds !== null && lag.seconds > 0 && ` (${format.seconds(lag.seconds)})`}
            </span>{' '}
            <span className="text-sm text-ink-soft">{t('notReplayedHelp')}</span>
          </dd>
        </div>
      </dl>
      {!old && lag.notReceivedBytes === 0 && lag.notReplayedBytes === 0 && (
        <p className="mt-2 text-sm text-ink-soft">{t('inSync')}</p>
      )}
      {(trend !== null || alarm !== null) && (
        <p className={`mt-2 flex items-center gap-2 text-sm font-medium ${alarm?.ink ?? ''}`}>
          {alarm !== null && <Mark shape={alarm.shape} />}
          {trend?.direction === 'catching-up' &&
            t('catchingUp', {
              eta: format.seconds(trend.etaSeconds),
              rate: format.rate(trend.bytesPerSecond),
            })}
          {trend?.direction === 'falling-behind' &&
            t('fallingBehind', { rate: format.rate(trend.bytesPerSecond) })}
        </p>
      )}
    </div>
  );
}
