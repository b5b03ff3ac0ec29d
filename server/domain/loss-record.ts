import type { LossPreview } from './assessment.ts';

/** What a change of roles really lost, read from the old primary's own WAL. */
export interface MeasuredLoss {
  transactions: number;
  /** Of committed transactions. */
  committedBytes: number;
  /** As `tablespace/database/relfilenode`. */
  relations: string[];
}

/** The bounds that were shown before; null = nothing was known. */
export interface LossBound {
  transactions: number | null;
  bytes: number | null;
}

/** What was lost beside what had been said. */
export interface LossOutcome {
  measured: MeasuredLoss;
  bound: LossBound;
  /** More was lost than was said: somebody must know. */
  exceeded: boolean;
  measuredAtMs: number;
  /** The change that lost it, and the rejoin that read it. */
  changeId: string | null;
  rejoinId: string;
  /** Text of pg_waldump that can be downloaded; `cut` = it was longer than Tandem keeps. */
  walText: { bytes: number; cut: boolean };
}

export const UNKNOWN_BOUND: LossBound = { transactions: null, bytes: null };
/** A planned change promises that nothing is lost. */
export const NO_LOSS: LossBound = { transactions: 0, bytes: 0 };

export function boundOf({ transactions, bytes, guaranteedZero }: LossPreview): LossBound {
  if (guaranteedZero) return NO_LOSS;
  return { transactions: transactions.atMost, bytes: bytes.atMost };
}

/** An unknown bound is never exceeded: nothing was promised. */
export function isExceeded({ transactions, committedBytes }: MeasuredLoss, bound: LossBound): boolean {
  if (bound.transactions !== null && transactions > bound.transactions) return true;
  return bound.bytes !== null && committedBytes > bound.bytes;
}
