import type { ReactNode } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { RailShape } from './rail-marks.tsx';
import type { RailMarker, RailMarkerKey } from './rail-model.ts';
import { railShare } from './rail-scale.ts';

export interface RailTrackProps {
  label: ReactNode;
  markers: readonly RailMarker[];
  end: number;
  picked: RailMarkerKey | null;
  hollow: boolean;
  children?: ReactNode;
}

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;

/** One server's line with its positions; children are drawn beneath the marks. */
export function RailTrack({ label, markers, end, picked, hollow, children }: RailTrackProps) {
  return (
    <div className="grid gap-x-5 gap-y-1.5 md:grid-cols-[13rem_1fr] md:items-center">
      <div className="min-w-0">{label}</div>
      <div className="relative h-9 px-2">
        <div className="relative h-full">
          {children}
          {markers.map((marker) => (
            <span
              key={marker.key}
              style={{ right: percent(railShare(marker.behind, end)) }}
              className={classNames(
                'absolute top-1/2 grid size-5 translate-x-1/2 -translate-y-1/2 place-items-center rounded-full text-ink transition-[right] duration-150',
                marker.key === picked && 'bg-surface ring-2 ring-focus',
              )}
            >
              <RailShape marker={marker.key} hollow={hollow} />
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

/** A stretch of a track between two distances from the front. */
export function RailStretch(props: { from: number; to: number; end: number; className: string }) {
  const right = railShare(Math.min(props.from, props.to), props.end);
  const left = railShare(Math.max(props.from, props.to), props.end);
  return (
    <span
      aria-hidden
      style={{ right: percent(right), width: percent(left - right) }}
      className={classNames(
        'absolute top-1/2 h-2 -translate-y-1/2 transition-[right,width] duration-150',
        props.className,
      )}
    />
  );
}
