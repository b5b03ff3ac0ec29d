import type { StoredOperation } from './operation-store.ts';

/** What happened to a pair, for its history page. Newest first, before a moment. */
export interface PairHistoryReader {
  runs(pairId: string, beforeMs: number, limit: number): Promise<StoredOperation[]>;
  events(
    pairId: string,
    beforeMs: number,
    limit: number,
  ): Promise<{ atMs: number; code: string; severity: string }[]>;
}
