import type { PairSample } from '#server/domain/pair-sample.ts';

/** What one tick of a worker publishes; the id orders ticks of one worker run. */
export interface LiveTick {
  /** `<worker run>:<tick number>` */
  id: string;
  sentAtMs: number;
  samples: PairSample[];
}

/** Tells the browser that rows changed and a query is worth refetching. */
export interface LiveNotice {
  kind: 'pair' | 'operation' | 'server';
  id: string;
}

export type LiveMessage = { type: 'tick'; tick: LiveTick } | { type: 'notice'; notice: LiveNotice };

/** The worker's side. */
export interface LivePublisher {
  publish(message: LiveMessage): Promise<void>;
}

/** The web's side: one LISTEN connection and a ring of ticks per process. */
export interface LiveSubscriber {
  /** Ticks after `lastId` that are still in the ring; null when it is no longer known. */
  since(lastId: string): LiveTick[] | null;
  /** Ticks of the ring that were sent at or after `fromMs`, oldest first. */
  recent(fromMs: number): LiveTick[];
  subscribe(listener: (message: LiveMessage) => void): () => void;
  /** False while the LISTEN connection is down. */
  readonly connected: boolean;
  /** Wall clock of the last tick received, ms since epoch; null before the first. */
  readonly lastTickAtMs: number | null;
}
