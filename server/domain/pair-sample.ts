import type { NodeSample } from './node-sample.ts';

/** Closed list of what can be true of a pair. Wording, colour and icon hang on it in tables. */
export const DIAGNOSIS_CODES = [
  'healthy',
  'starting',
  'lagging',
  'standby-not-streaming',
  'standby-unreachable',
  'standby-down',
  'standby-detached',
  'primary-unreachable-by-us',
  'primary-not-answering',
  'primary-down',
  'both-unreachable',
  'two-primaries',
  'no-primary',
  'roles-swapped',
  'timeline-diverged',
  'wrong-system',
  'slot-holding-wal',
  'replay-paused',
  'host-key-changed',
] as const;
export type DiagnosisCode = (typeof DIAGNOSIS_CODES)[number];

export type Severity = 'ok' | 'info' | 'medium' | 'high' | 'critical' | 'unknown';

/** A fact behind a diagnosis: code for the translated sentence, values for its numbers. */
export interface Evidence {
  code: string;
  node: 'primary' | 'standby' | null;
  values: Record<string, string | number | boolean | null>;
}

export interface Diagnosis {
  code: DiagnosisCode;
  severity: Severity;
  /** When this code became the pair's diagnosis, ms since epoch. */
  sinceMs: number;
  evidence: Evidence[];
}

/** Distances computed from both samples of one tick. Null = unknown, never 0. */
export interface PairLag {
  /** Primary flush position minus standby received-and-flushed: lost in an emergency. */
  notReceivedBytes: number | null;
  /** Standby received minus replayed: only delays a promotion. */
  notReplayedBytes: number | null;
  /** Primary's current position minus standby's replay position. */
  totalBytes: number | null;
  /** How long ago the primary first reached the standby's replay position; 0 when caught up. */
  seconds: number | null;
  /** Bytes of WAL per second written by the primary over the last ticks. */
  walBytesPerSecond: number | null;
  commitsPerSecond: number | null;
  /** Difference of the two nodes' sample times, ms: the error bar of the byte distances. */
  skewMs: number | null;
}

/** One second of one pair: what the worker publishes and the browser shows. JSON-safe. */
export interface PairSample {
  pairId: string;
  epoch: number;
  tick: number;
  takenAtMs: number;
  primary: NodeSample;
  standby: NodeSample;
  lag: PairLag;
  diagnosis: Diagnosis;
}
