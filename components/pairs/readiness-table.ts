import type { MarkShape } from '#components/status/severity-table.ts';
import type { Readiness } from '#server/domain/assessment.ts';

/** How readiness looks; words are in messages `readiness.<state>`. Ready is grey, as healthy is. */
export const READINESS_LOOK = {
  ready: { shape: 'tick', ink: 'text-ink-soft' },
  'with-risk': { shape: 'diamond', ink: 'text-medium' },
  'not-ready': { shape: 'triangle', ink: 'text-high' },
  unknown: { shape: 'dashed', ink: 'text-ink-soft' },
} as const satisfies Record<Readiness, { shape: MarkShape; ink: string }>;
