/** Two tracks, one close behind the other. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 24 24">
      <rect x="5" y="5" width="17" height="5.4" rx="2.7" fill="currentColor" />
      <rect x="2" y="13.6" width="15" height="5.4" rx="2.7" fill="currentColor" opacity="0.5" />
    </svg>
  );
}
