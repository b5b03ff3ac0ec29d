'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { ChartData } from './chart-types.ts';

const ROWS = 25;

export interface ChartTableProps {
  data: ChartData;
  caption: string;
  format: (value: number | null) => string;
  timeOf: (atMs: number) => string;
}

/** The numbers of a chart, newest first. */
export function ChartTable({ data, caption, format, timeOf }: ChartTableProps) {
  const t = useTranslations('chart');
  const [page, setPage] = useState(0);
  const total = data.timesMs.length;
  const last = Math.max(0, Math.ceil(total / ROWS) - 1);
  const shown = Math.min(page, last);
  const indexes = Array.from({ length: total }, (_, n) => total - 1 - n).slice(
    shown * ROWS,
    (shown + 1) * ROWS,
  );
  return (
    <div className="mt-2 rounded-md border border-line">
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
        <table className="w-full text-sm">
          <caption className="sr-only">{caption}</caption>
          <thead className="bg-sunken text-left text-ink-soft">
            <tr>
              <th scope="col" className="px-3 py-1.5 font-normal">
                {t('time')}
              </th>
              {data.series.map((line) => (
                <th key={line.label} scope="col" className="px-3 py-1.5 text-right font-normal">
                  {line.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {indexes.map((index) => (
              <tr key={data.timesMs[index]}>
                <th scope="row" className="px-3 py-1 text-left font-normal whitespace-nowrap tabular-nums">
                  {timeOf(data.timesMs[index] ?? 0)}
                </th>
                {data.series.map((line) => (
                  <td key={line.label} className="px-3 py-1 text-right whitespace-nowrap">
                    {line.values[index] === null ? t('noSample') : format(line.values[index] ?? null)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-2 text-sm">
        <span className="mr-auto text-ink-soft">
          {t('page', {
            from: total === 0 ? 0 : shown * ROWS + 1,
            to: Math.min(total, (shown + 1) * ROWS),
            total,
          })}
        </span>
        <Button variant="quiet" blocked={shown === 0} onClick={() => setPage(shown - 1)}>
          {t('newer')}
        </Button>
        <Button variant="quiet" blocked={shown === last} onClick={() => setPage(shown + 1)}>
          {t('older')}
        </Button>
      </div>
    </div>
  );
}
