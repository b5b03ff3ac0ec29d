import type { LastPrimary } from '#server/domain/loss-preview.ts';

export interface KeptPrimary {
  last: LastPrimary;
  /** Somebody watched the pair until then, whether its primary answered or not; ms since epoch. */
  watchedUntilMs: number;
}

/** What was seen last of primaries, kept for the hour in which the worker that saw it is gone. */
export interface LastPrimaryRows {
  load(pairId: string): Promise<KeptPrimary | null>;
  save(rows: readonly (KeptPrimary & { pairId: string })[]): Promise<void>;
}
