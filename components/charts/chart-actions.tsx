'use client';

import { useTranslations } from 'next-intl';
import { chartCsv } from './chart-csv.ts';
import type { ChartData, SharedCursor } from './chart-types.ts';

export interface ChartActionsProps {
  title: string;
  /** What is shown: zoomed, its part only. */
  data: ChartData;
  cursor: SharedCursor;
  zoomed: boolean;
  asTable: boolean;
  onTable: () => void;
}

/** What can be done with a chart besides looking: back from a zoom, numbers as table or file. */
export function ChartActions({ title, data, cursor, zoomed, asTable, onTable }: ChartActionsProps) {
  const t = useTranslations('chart');
  const name = <span className="sr-only">: {title}</span>;
  return (
    <span className="flex flex-wrap gap-x-4">
      {zoomed && (
        <button type="button" className="link min-h-6" onClick={() => cursor.zoom(null)}>
          {t('wholeRange')}
          {name}
        </button>
      )}
      <button type="button" className="link min-h-6" onClick={() => download(title, data, t('time'))}>
        {t('csv')}
        {name}
      </button>
      <button type="button" className="link min-h-6" aria-expanded={asTable} onClick={onTable}>
        {asTable ? t('hideTable') : t('showTable')}
        {name}
      </button>
    </span>
  );
}

function download(title: string, data: ChartData, timeLabel: string): void {
  const url = URL.createObjectURL(new Blob([chartCsv(data, timeLabel)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
