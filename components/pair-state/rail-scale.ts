/**
 * The rail's axis: bytes behind the primary, right edge 0. Linear up to 8 KiB, then logarithmic,
 * because a linear LSN axis either stacks everything on one spot or throws it off the edge.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;

/** Where the axis stops being linear. */
export const LINEAR_BYTES = 8 * KIB;
/** Share of one doubling that the linear part takes, in doublings. */
const LINEAR_DOUBLINGS = 2;

const ENDS = [GIB, 64 * GIB, TIB, 64 * TIB, 8192 * TIB] as const;
const TICKS = [
  8 * KIB,
  64 * KIB,
  MIB,
  16 * MIB,
  256 * MIB,
  GIB,
  16 * GIB,
  256 * GIB,
  4 * TIB,
  64 * TIB,
] as const;

/** The smallest axis end that holds every distance; it changes in few large steps, so the rail stays calm. */
export function railEnd(distances: readonly number[]): number {
  const farthest = Math.max(0, ...distances);
  return ENDS.find((end) => farthest <= end) ?? ENDS[ENDS.length - 1] ?? GIB;
}

function doublings(bytes: number): number {
  if (bytes <= LINEAR_BYTES) return (Math.max(0, bytes) / LINEAR_BYTES) * LINEAR_DOUBLINGS;
  return LINEAR_DOUBLINGS + Math.log2(bytes / LINEAR_BYTES);
}

/** Distance from the right edge as a share of the rail's width, 0 to 1. */
export function railShare(bytes: number, end: number): number {
  return Math.min(1, doublings(bytes) / doublings(end));
}

/** Marked distances up to the end, nearest first. */
export function railTicks(end: number): number[] {
  return TICKS.filter((tick) => tick <= end);
}
