import type { CSSProperties } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { railShare, railTicks } from './rail-scale.ts';

/** Marked distances between the two tracks; on narrow screens only every second has room. */
export function RailAxis({
  end,
  format,
  label,
}: {
  end: number;
  format: (bytes: number) => string;
  label: string;
}) {
  const ticks = railTicks(end);
  return (
    <div className="grid gap-x-5 upright:col-start-2 upright:row-start-2 md:grid-cols-[13rem_1fr]">
      <p className="hidden self-center text-xs text-ink-soft md:block">{label}</p>
      <div className="relative h-6 px-2 upright:h-72 upright:w-14 upright:px-0 upright:py-2" aria-hidden>
        <div className="relative h-full border-x border-line upright:border-x-0 upright:border-y">
          {ticks.map((tick, index) => (
            <span
              key={tick}
              style={{ '--at': `${(railShare(tick, end) * 100).toFixed(2)}%` } as CSSProperties}
              className={classNames(
                'absolute inset-y-0 right-(--at) flex translate-x-1/2 items-center',
                'upright:inset-x-0 upright:top-(--at) upright:h-0 upright:translate-x-0 upright:justify-center',
                (ticks.length - index) % 2 === 0 && 'max-sm:hidden',
              )}
            >
              <span className="absolute inset-x-1/2 inset-y-0 w-px bg-line upright:inset-x-0 upright:inset-y-auto upright:h-px upright:w-auto" />
              <span className="relative bg-surface px-1 text-[0.6875rem] whitespace-nowrap text-ink-soft tabular-nums">
                {format(tick)}
              </span>
            </span>
          ))}
          <span className="absolute right-0 flex h-full translate-x-1/2 items-center upright:inset-x-0 upright:top-0 upright:h-0 upright:translate-x-0 upright:justify-center">
            <span className="relative bg-surface px-1 text-[0.6875rem] text-ink-soft">0</span>
          </span>
        </div>
      </div>
    </div>
  );
}
