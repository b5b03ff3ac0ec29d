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
    <div className="grid gap-x-5 md:grid-cols-[13rem_1fr]">
      <p className="hidden self-center text-xs text-ink-soft md:block">{label}</p>
      <div className="relative h-6 px-2" aria-hidden>
        <div className="relative h-full border-x border-line">
          {ticks.map((tick, index) => (
            <span
              key={tick}
              style={{ right: `${(railShare(tick, end) * 100).toFixed(2)}%` }}
              className={classNames(
                'absolute inset-y-0 flex translate-x-1/2 items-center',
                (ticks.length - index) % 2 === 0 && 'max-sm:hidden',
              )}
            >
              <span className="absolute inset-x-1/2 inset-y-0 w-px bg-line" />
              <span className="relative bg-surface px-1 text-[0.6875rem] whitespace-nowrap text-ink-soft tabular-nums">
                {format(tick)}
              </span>
            </span>
          ))}
          <span className="absolute right-0 flex h-full translate-x-1/2 items-center">
            <span className="relative bg-surface px-1 text-[0.6875rem] text-ink-soft">0</span>
          </span>
        </div>
      </div>
    </div>
  );
}
