import type { Severity } from '#server/domain/pair-sample.ts';

/** How a severity looks. The word comes from messages `severity.<key>`; colour is never alone. */
export type MarkShape = 'tick' | 'info' | 'diamond' | 'triangle' | 'octagon' | 'dashed' | 'gear';

export interface SeverityLook {
  shape: MarkShape;
  /** Text and graphic colour. */
  ink: string;
  /** Background of a banner. */
  wash: string;
  edge: string;
  /** Sorts the attention list: greater is more urgent. */
  urgency: number;
}

export const SEVERITY_LOOK = {
  ok: { shape: 'tick', ink: 'text-ink-soft', wash: 'bg-surface', edge: 'border-line', urgency: 0 },
  info: { shape: 'info', ink: 'text-info', wash: 'bg-info-wash', edge: 'border-info/40', urgency: 1 },
  unknown: {
    shape: 'dashed',
    ink: 'text-ink-soft',
    wash: 'bg-sunken hatched',
    edge: 'border-line-strong',
    urgency: 2,
  },
  medium: {
    shape: 'diamond',
    ink: 'text-medium',
    wash: 'bg-medium-wash',
    edge: 'border-medium/45',
    urgency: 3,
  },
  high: { shape: 'triangle', ink: 'text-high', wash: 'bg-high-wash', edge: 'border-high/45', urgency: 4 },
  critical: {
    shape: 'octagon',
    ink: 'text-critical',
    wash: 'bg-critical-wash',
    edge: 'border-critical/50',
    urgency: 5,
  },
} as const satisfies Record<Severity, SeverityLook>;
