'use client';

import { useTranslations } from 'next-intl';
import { classNames } from '#components/ui/class-names.ts';
import { useFormat } from '#components/ui/use-format.ts';
import { RailShape } from './rail-marks.tsx';
import type { RailMarker, RailMarkerKey } from './rail-model.ts';

/** Names the shapes on the rail; the one that the arrow keys reached shows its position as well. */
export function RailLegend({
  markers,
  picked,
}: {
  markers: readonly RailMarker[];
  picked: RailMarkerKey | null;
}) {
  const t = useTranslations('rail');
  const format = useFormat();
  return (
    <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm md:pl-[14.25rem]">
      {markers.map((marker) => (
        <li
          key={marker.key}
          className={classNames(
            'inline-flex items-center gap-1.5',
            marker.key === picked ? 'font-medium' : 'text-ink-soft',
          )}
        >
          <RailShape marker={marker.key} />
          {t(`markers.${marker.key}`)}
          {marker.key === picked && (
            <span className="tabular-nums">
              <code>{marker.lsn}</code>{' '}
              {marker.behind === 0 ? t('atFront') : t('behind', { bytes: format.bytes(marker.behind) })}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
