/** One bucket of history; null = no sample, which is a gap and not a zero. */
export interface HistoryPoint {
  atMs: number;
  notReceivedBytes: number | null;
  notReplayedBytes: number | null;
  lagSeconds: number | null;
  walBytesPerSecond: number | null;
  slotRetainedBytes: number | null;
  commitsPerSecond: number | null;
}

export type HistoryRange = '5m' | '1h' | '24h';

/** Bucket lengths per range, seconds; 1 = raw ticks from the ring. */
export const HISTORY_RESOLUTION = { '5m': 1, '1h': 10, '24h': 60 } as const satisfies Record<
  HistoryRange,
  number
>;
