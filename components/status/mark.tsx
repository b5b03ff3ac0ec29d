import type { MarkShape } from './severity-table.ts';

const SHAPES = {
  tick: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <path
        d="m5.4 8.2 1.8 1.8 3.4-3.8"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M8 7.4v3.4M8 5v.4" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  diamond: (
    <path
      d="M8 1.6 14.4 8 8 14.4 1.6 8Z M8 5v3.4M8 10.6v.3"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
    />
  ),
  triangle: (
    <>
      <path d="M8 1.5 15.2 14.2H.8Z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      <path d="M8 6v3.8M8 12v.2" stroke="var(--surface)" strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  octagon: (
    <>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z" fill="currentColor" />
      <path d="M8 4.4v4.2M8 11.4v.2" stroke="var(--surface)" strokeWidth="1.9" strokeLinecap="round" />
    </>
  ),
  dashed: (
    <circle
      cx="8"
      cy="8"
      r="6.1"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="2.6 2.2"
    />
  ),
  gear: (
    <>
      <circle cx="8" cy="8" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path
        d="M8 1v2.2M8 12.8V15M1 8h2.2M12.8 8H15M3.05 3.05l1.56 1.56M11.4 11.4l1.55 1.55M3.05 12.95l1.56-1.56M11.4 4.6l1.55-1.55"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
    </>
  ),
} as const satisfies Record<MarkShape, unknown>;

/** The shape of a state. Decoration: the word stands beside it. */
export function Mark({
  shape,
  size = 16,
  className,
}: {
  shape: MarkShape;
  size?: number;
  className?: string;
}) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 16 16"
      className={className ? `shrink-0 ${className}` : 'shrink-0'}
    >
      {SHAPES[shape]}
    </svg>
  );
}
