'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { createSharedCursor } from '#components/charts/shared-cursor.ts';
import { TimeChart } from '#components/charts/time-chart.tsx';
import { joinHistory, withGaps } from '#components/live/history-point.ts';
import { useLiveStore } from '#components/live/live-provider.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Card } from '#components/ui/card.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { HISTORY_RESOLUTION, type HistoryPoint, type HistoryRange } from '#server/domain/history.ts';

const RANGE_MS = { '5m': 300_000, '1h': 3_600_000, '24h': 86_400_000 } as const satisfies Record<
  HistoryRange,
  number
>;
const RANGES = ['5m', '1h', '24h'] as const satisfies readonly HistoryRange[];
const NO_POINTS: readonly HistoryPoint[] = [];

export interface PairChartsProps {
  pairId: string;
  range: HistoryRange;
  onRange: (range: HistoryRange) => void;
  paused: boolean;
  old: boolean;
}

/** Three small charts over one time, with one cursor. */
export function PairCharts({ pairId, range, onRange, paused, old }: PairChartsProps) {
  const t = useTranslations('chart');
  const history = useQuery(
    useTRPC().pair.history.queryOptions(
      { id: pairId, range },
      range === '5m' ? { staleTime: Infinity } : { refetchInterval: HISTORY_RESOLUTION[range] * 1_000 },
    ),
  );
  return (
    <section aria-labelledby="charts">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 id="charts" className="text-base font-semibold">
          {t('heading')}
        </h2>
        <Segmented
          legend={t('range')}
          hideLegend
          value={range}
          options={RANGES.map((value) => ({ value, label: t(`ranges.${value}`) }))}
          onChange={onRange}
        />
      </div>
      <QueryStates query={history} skeleton={<Skeleton className="h-80" />}>
        {(stored) => <Charts pairId={pairId} range={range} stored={stored} paused={paused} old={old} />}
      </QueryStates>
    </section>
  );
}

function useChartPoints(
  pairId: string,
  range: HistoryRange,
  stored: readonly HistoryPoint[],
  paused: boolean,
) {
  const store = useLiveStore();
  const ring = useSyncExternalStore(
    (listener) => store.subscribePair(pairId, listener),
    () => store.ring(pairId),
    () => NO_POINTS,
  );
  const [still, setStill] = useState(ring);
  if (!paused && still !== ring) setStill(ring);
  return useMemo(() => {
    const live = range === '5m' ? still : NO_POINTS;
    const newest = Math.max(stored.at(-1)?.atMs ?? 0, live.at(-1)?.atMs ?? 0);
    return withGaps(joinHistory(stored, live, newest - RANGE_MS[range]), HISTORY_RESOLUTION[range] * 1_000);
  }, [range, stored, still]);
}

function Charts(o: {
  pairId: string;
  range: HistoryRange;
  stored: readonly HistoryPoint[];
  paused: boolean;
  old: boolean;
}) {
  const t = useTranslations('chart');
  const format = useFormat();
  const [cursor] = useState(createSharedCursor);
  const points = useChartPoints(o.pairId, o.range, o.stored, o.paused);
  const timesMs = useMemo(() => points.map((point) => point.atMs), [points]);
  const pick = (key: keyof HistoryPoint) => points.map((point) => point[key]);
  const shared = { cursor, spanMs: RANGE_MS[o.range], old: o.old };
  return (
    <Card className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-7 p-4 sm:p-5 lg:grid-cols-2">
      <div className="lg:col-span-2">
        <TimeChart
          {...shared}
          title={t('distance')}
          format={format.bytes}
          lowestTop={1024}
          height={190}
          data={{
            timesMs,
            series: [
              { label: t('notReceived'), values: pick('notReceivedBytes'), filled: true },
              { label: t('notReplayed'), values: pick('notReplayedBytes'), dashed: true },
            ],
          }}
        />
      </div>
      <TimeChart
        {...shared}
        title={t('delay')}
        lowestTop={1}
        format={format.seconds}
        data={{ timesMs, series: [{ label: t('delaySeries'), values: pick('lagSeconds'), filled: true }] }}
      />
      <TimeChart
        {...shared}
        title={t('walRate')}
        lowestTop={1024}
        format={format.rate}
        data={{
          timesMs,
          series: [{ label: t('walSeries'), values: pick('walBytesPerSecond'), filled: true }],
        }}
      />
    </Card>
  );
}
