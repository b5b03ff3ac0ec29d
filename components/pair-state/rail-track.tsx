import type { CSSProperties, ReactNode } from 'react';
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

/** Shares of the rail as variables: the same numbers place things on the level rail and on the upright one. */
function at(shares: Record<`--${string}`, number>): CSSProperties {
  const lengths = Object.entries(shares).map(([name, share]) => [name, `${(share * 100).toFixed(2)}%`]);
  return Object.fromEntries(lengths) as CSSProperties;
}

/** One server's line with its positions; children are drawn beneath the marks. */
export function RailTrack({ label, markers, end, picked, hollow, children }: RailTrackProps) {
  return (
    <div className="grid gap-x-5 gap-y-1.5 upright:row-span-2 upright:row-start-1 upright:first:col-start-1 upright:last:col-start-3 upright:grid-rows-subgrid upright:justify-items-center md:grid-cols-[13rem_1fr] md:items-center">
      <div className="min-w-0 upright:justify-self-stretch">{label}</div>
      <div className="relative h-9 px-2 upright:h-72 upright:w-9 upright:px-0 upright:py-2">
        <div className="relative h-full">
          {children}
          {markers.map((marker) => (
            <span
              key={marker.key}
              style={at({ '--at': railShare(marker.behind, end) })}
              className={classNames(
                'absolute top-1/2 right-(--at) grid size-5 translate-x-1/2 -translate-y-1/2 place-items-center rounded-full text-ink transition-[right,top] duration-150 upright:top-(--at) upright:right-1/2',
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
      style={at({ '--at': right, '--size': left - right })}
      className={classNames(
        'absolute top-1/2 right-(--at) h-2 w-(--size) -translate-y-1/2 transition-[right,width,top,height] duration-150',
        'upright:top-(--at) upright:right-1/2 upright:h-(--size) upright:w-2 upright:translate-x-1/2 upright:translate-y-0',
        props.className,
      )}
    />
  );
}
