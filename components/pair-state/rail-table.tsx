'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';
import { RailShape } from './rail-marks.tsx';
import type { RailModel } from './rail-model.ts';

/** The rail as a table: the same positions in words and numbers. */
export function RailTable({ model, pair }: { model: RailModel; pair: PairView }) {
  const t = useTranslations('rail');
  const tChart = useTranslations('chart');
  const format = useFormat();
  if (model.markers.length === 0) return null;
  return (
    <details className="group mt-4">
      <summary className="inline-flex min-h-6 list-none items-center gap-1 rounded text-sm text-ink-soft hover:text-ink">
        <ChevronDown aria-hidden size={15} className="-rotate-90 transition-transform group-open:rotate-0" />
        {tChart('showTable')}
      </summary>
      <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label={t('title')}>
        <table className="w-full text-sm">
          <thead className="text-left text-ink-soft">
            <tr className="border-b border-line">
              <th scope="col" className="py-1.5 pr-4 font-normal">
                {t('table.position')}
              </th>
              <th scope="col" className="py-1.5 pr-4 font-normal">
                {t('table.server')}
              </th>
              <th scope="col" className="py-1.5 pr-4 font-normal">
                {t('table.lsn')}
              </th>
              <th scope="col" className="py-1.5 text-right font-normal">
                {t('table.behind')}
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {model.markers.map((marker) => (
              <tr key={marker.key}>
                <th scope="row" className="py-1 pr-4 text-left font-normal whitespace-nowrap">
                  <span className="inline-flex items-center gap-2">
                    <RailShape marker={marker.key} />
                    {t(`markers.${marker.key}`)}
                  </span>
                </th>
                <td className="py-1 pr-4">{pair[marker.track].serverName}</td>
                <td className="py-1 pr-4 whitespace-nowrap">
                  <span className="inline-flex items-center gap-1">
                    <code>{marker.lsn}</code>
                    <CopyButton text={marker.lsn} what={`${t(`markers.${marker.key}`)} ${marker.lsn}`} />
                  </span>
                </td>
                <td className="py-1 text-right whitespace-nowrap">
                  {marker.behind === 0 ? t('atFront') : format.bytes(marker.behind)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
