import type { Json } from './operation-store.ts';

/** A fence that is owed: kept until it is set, across every restart. */
export interface OwedFence {
  id: string;
  pairId: string;
  instanceId: string;
  serverName: string;
  /** Input of the fencing operation. */
  input: Json;
  state: 'pending' | 'conflict';
  detail: string;
}

/** Fences that could not be set when they were needed. */
export interface Fences {
  /** Keeps one; the same id twice is one fence. */
  owe(fence: OwedFence): Promise<void>;
  exists(id: string): Promise<boolean>;
  pending(): Promise<OwedFence[]>;
  /** It is set, and was verified. */
  settle(id: string, detail: string): Promise<void>;
  /** It must not be set by itself: a person decides. */
  conflict(id: string, detail: string): Promise<void>;
  /** The failover that owed it was undone. */
  forget(id: string): Promise<void>;
}
