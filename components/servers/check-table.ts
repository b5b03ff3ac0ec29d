import type { MarkShape } from '#components/status/severity-table.ts';
import type { CheckState } from '#server/domain/server-check.ts';

/** How the state of a check looks; its word is in messages `check.state.<state>`. */
export interface CheckLook {
  shape: MarkShape;
  ink: string;
  /** The check has said what it has to say. */
  settled: boolean;
  /** The person is asked to do something. */
  asks: boolean;
}

export const CHECK_LOOK = {
  pending: { shape: 'dashed', ink: 'text-ink-soft', settled: false, asks: false },
  running: { shape: 'gear', ink: 'text-running', settled: false, asks: false },
  ok: { shape: 'tick', ink: 'text-ink-soft', settled: true, asks: false },
  warning: { shape: 'diamond', ink: 'text-medium', settled: true, asks: false },
  failed: { shape: 'triangle', ink: 'text-high', settled: true, asks: true },
  'approval-needed': { shape: 'info', ink: 'text-info', settled: true, asks: true },
  skipped: { shape: 'dashed', ink: 'text-ink-soft', settled: true, asks: false },
} as const satisfies Record<CheckState, CheckLook>;
