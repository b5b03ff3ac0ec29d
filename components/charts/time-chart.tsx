'use client';

import 'uplot/dist/uPlot.min.css';
import { useTranslations } from 'next-intl';
import { useEffect, useId, useMemo, useState, useSyncExternalStore, type KeyboardEvent } from 'react';
import { useFormat } from '#components/ui/use-format.ts';
import { ChartActions } from './chart-actions.tsx';
import { closer, movedIndex, nearestIndex, partOf, summarize } from './chart-facts.ts';
import { ChartTable } from './chart-table.tsx';
import type { ChartData, SharedCursor } from './chart-types.ts';
import { usePlot } from './use-plot.ts';

const DAY_MS = 86_400_000;

export interface TimeChartProps {
  title: string;
  data: ChartData;
  format: (value: number | null) => string;
  cursor: SharedCursor;
  /** Length of the time axis; from a day on, times carry the date. */
  spanMs: number;
  height?: number;
  lowestTop: number;
  /** Values are not the present: hatched. */
  old: boolean;
}

/**
 * The one chart of the product: lines over time on a canvas, with all that a canvas lacks. The
 * arrow keys move through the samples (it is a slider over time), + and - or dragging zoom all charts of
 * the page, the values stand in the legend, and the same numbers are there as a table and as a file.
 */
export function TimeChart({
  title,
  data: all,
  format,
  cursor,
  spanMs,
  height = 150,
  lowestTop,
  old,
}: TimeChartProps) {
  const t = useTranslations('chart');
  const times = useFormat();
  const longTimes = spanMs >= DAY_MS;
  const titleId = useId();
  const at = useSyncExternalStore(cursor.subscribe, cursor.read, () => null);
  const part = useSyncExternalStore(cursor.subscribe, cursor.window, () => null);
  const data = useMemo(() => (part === null ? all : partOf(all, part)), [all, part]);
  // Another range is another axis.
  useEffect(() => () => cursor.zoom(null), [cursor, spanMs]);
  const [asTable, setAsTable] = useState(false);
  const count = data.timesMs.length;
  const index = at === null ? count - 1 : nearestIndex(data.timesMs, at);
  const timeOf = (atMs: number) => (longTimes ? times.shortDateTime(atMs) : times.clock(atMs));
  const place = usePlot({
    data,
    height,
    lowestTop,
    spanMs,
    cursor,
    format: (value) => format(value),
    timeOf: axisTime(times),
  });
  const values = data.series.map((line) => ({ ...line, value: line.values[index] ?? null }));
  const spoken = values.map(
    (line) => `${line.label} ${line.value === null ? t('noSample') : format(line.value)}`,
  );
  const shownAtMs = data.timesMs[index];
  const move = (event: KeyboardEvent) => {
    if (event.key === 'Escape') cursor.set(null);
    if (event.key === '-') cursor.zoom(null);
    if (event.key === '+') cursor.zoom(closer(data, index));
    const to = movedIndex(event.key, event.shiftKey, index, count);
    if (to === null) return;
    event.preventDefault();
    cursor.set(data.timesMs[to] ?? null);
  };
  return (
    <figure aria-labelledby={titleId} className="min-w-0">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span id={titleId} className="text-sm font-semibold">
          {title}
        </span>
        <span className="flex flex-wrap gap-x-4 text-sm tabular-nums" data-testid="chart-legend">
          {values.map((line, n) => (
            <span key={line.label} className="inline-flex items-center gap-1.5">
              <LineKey dashed={line.dashed === true} second={n > 0} />
              <span className="text-ink-soft">{line.label}</span>
              <span className={line.value === null ? 'hatched rounded px-1' : undefined}>
                {line.value === null ? t('noSample') : format(line.value)}
              </span>
            </span>
          ))}
          {(at !== null || part !== null) && shownAtMs !== undefined && (
            <span className="text-ink-soft">{timeOf(shownAtMs)}</span>
          )}
        </span>
      </figcaption>
      {count === 0 ? (
        <p
          className="hatched mt-2 grid place-items-center rounded-md text-sm text-ink-soft"
          style={{ height }}
        >
          {t('noData')}
        </p>
      ) : (
        <div
          role="slider"
          tabIndex={0}
          aria-labelledby={titleId}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, count - 1)}
          aria-valuenow={Math.max(0, index)}
          aria-valuetext={`${shownAtMs === undefined ? '' : timeOf(shownAtMs)}: ${spoken.join(', ')}`}
          aria-orientation="horizontal"
          data-testid="chart"
          onKeyDown={move}
          onPointerLeave={() => cursor.set(null)}
          className={old ? 'hatched mt-1 rounded-md' : 'mt-1 rounded-md'}
        >
          <div ref={place} style={{ height }} className="w-full overflow-hidden" />
        </div>
      )}
      <div className="mt-1 flex flex-wrap items-baseline justify-between gap-x-4 text-sm text-ink-soft">
        <Summary data={data} now={summarize(all)?.now ?? null} format={format} timeOf={timeOf} />
        <ChartActions
          {...{ title, data, cursor, asTable }}
          zoomed={part !== null}
          onTable={() => setAsTable(!asTable)}
        />
      </div>
      {asTable && <ChartTable data={data} format={format} timeOf={timeOf} caption={title} />}
    </figure>
  );
}

function axisTime(times: ReturnType<typeof useFormat>): (atMs: number, withSeconds: boolean) => string {
  return (atMs, withSeconds) => (withSeconds ? times.clock(atMs) : times.hourMinute(atMs));
}

function Summary(props: {
  data: ChartData;
  /** The newest value, also when a part is shown. */
  now: number | null;
  format: (value: number | null) => string;
  timeOf: (atMs: number) => string;
}) {
  const t = useTranslations('chart');
  const summary = summarize(props.data);
  const [first] = props.data.series;
  const prefix = props.data.series.length > 1 && first !== undefined ? `${first.label}: ` : '';
  if (summary === null) {
    return (
      <p>
        {prefix}
        {t('summaryEmpty')}
      </p>
    );
  }
  return (
    <p className="tabular-nums">
      {prefix}
      {t('summary', {
        max: props.format(summary.max),
        time: props.timeOf(summary.maxAtMs),
        now: props.now === null ? t('noSample') : props.format(props.now),
      })}
      {summary.gaps > 0 && ` ${t('gaps', { count: summary.gaps })}.`}
    </p>
  );
}

function LineKey({ dashed, second }: { dashed: boolean; second: boolean }) {
  return (
    <svg aria-hidden width="18" height="4" className={second ? 'text-series-b' : 'text-series-a'}>
      <line
        x1="0"
        x2="18"
        y1="2"
        y2="2"
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray={dashed ? '5 3' : undefined}
      />
    </svg>
  );
}
