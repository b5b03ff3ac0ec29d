/**
 * How old a value may be and still be called live. One table for the whole product: no screen
 * and no decision has a rule of its own.
 */
export const SAMPLE_INTERVAL_MS = 1_000;

export type Freshness = 'live' | 'delayed' | 'stale';

const LIVE_INTERVALS = 2;
const DELAYED_INTERVALS = 5;

/** Classifies an age in ms; a negative age (clock set back) counts as live, an unknown one as stale. */
export function freshnessOf(ageMs: number | null): Freshness {
  if (ageMs === null || Number.isNaN(ageMs)) return 'stale';
  if (ageMs <= LIVE_INTERVALS * SAMPLE_INTERVAL_MS) return 'live';
  if (ageMs <= DELAYED_INTERVALS * SAMPLE_INTERVAL_MS) return 'delayed';
  return 'stale';
}
