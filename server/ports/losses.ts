import type { LossOutcome, MeasuredLoss } from '#server/domain/loss-record.ts';

export interface NewLoss extends MeasuredLoss {
  pairId: string;
  /** Of the roles as the rejoin found them: one higher than those of the change that parted the nodes. */
  rejoinEpoch: number;
  /** The beginning of what pg_waldump printed. */
  walText: string;
  walTextCut: boolean;
}

/** Writes down what was really lost, beside what was said before; measured anew, it replaces the older one. */
export interface Losses {
  record(loss: NewLoss): Promise<LossOutcome>;
}

export interface LossReader {
  /** Of the change that lost it, or of the rejoin that read it; null = not measured. */
  ofOperation(operationId: string): Promise<LossOutcome | null>;
  ofPair(pairId: string): Promise<LossOutcome[]>;
  /** The text, in pieces; null = none. */
  walText(operationId: string): Promise<string | null>;
}
