import type { PairView } from '#server/services/services.ts';

/** Looks without anybody watching come every 30 s; a page may be as old again. */
const KNOWN_FOR_MS = 120_000;

/** What may be claimed now: a look that is too old is no present. */
export function presentReadiness(
  readiness: PairView['readiness'],
  nowMs: number | null,
): PairView['readiness'] {
  const { takenAtMs } = readiness;
  if (takenAtMs === null || nowMs === null || nowMs - takenAtMs <= KNOWN_FOR_MS) return readiness;
  return { state: 'unknown', takenAtMs, reasons: [] };
}
