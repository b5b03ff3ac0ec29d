import type { RailMarkerKey } from './rail-model.ts';

/** Each position has a shape of its own, drawn in a 14 by 14 box. */
const SHAPES = {
  insert: <circle cx="7" cy="7" r="5" fill="currentColor" />,
  write: <circle cx="7" cy="7" r="4.4" fill="var(--surface)" stroke="currentColor" strokeWidth="2" />,
  flush: <rect x="2.6" y="2.6" width="8.8" height="8.8" rx="1" fill="currentColor" />,
  sent: (
    <path
      d="M7 2 12.4 11.6H1.6Z"
      fill="var(--surface)"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinejoin="round"
    />
  ),
  written: (
    <rect
      x="3"
      y="3"
      width="8"
      height="8"
      rx="1"
      fill="var(--surface)"
      stroke="currentColor"
      strokeWidth="1.8"
    />
  ),
  received: <path d="M7 1.6 12.8 12H1.2Z" fill="currentColor" />,
  replay: <path d="M7 .8 13.2 7 7 13.2.8 7Z" fill="currentColor" />,
  slot: <path d="M3 13.5V1h8L8.6 4.3 11 7.6H4.6V13.5Z" fill="currentColor" />,
} as const satisfies Record<RailMarkerKey, unknown>;

/** Shape of a position on the rail and in its table. `hollow` = known from before, not from now. */
export function RailShape({ marker, hollow }: { marker: RailMarkerKey; hollow?: boolean }) {
  return (
    <svg
      aria-hidden
      width="14"
      height="14"
      viewBox="0 0 14 14"
      className={hollow === true ? 'opacity-55' : undefined}
    >
      {SHAPES[marker]}
    </svg>
  );
}
