import type { Diagnosis } from '#server/domain/pair-sample.ts';
import type { NodeSample } from '#server/domain/node-sample.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';

export interface WatchedNode {
  instanceId: string;
  serverId: string;
  serverName: string;
  location: InstanceLocation;
  monitorRole: string;
  monitorSecretId: string;
}

/** A pair as the monitor polls it; roles as recorded, not as observed. */
export interface WatchedPair {
  pairId: string;
  epoch: number;
  slotName: string | null;
  /** When a person made the standby stop following, ms since epoch; null = it should follow. */
  detachedSinceMs: number | null;
  primary: WatchedNode;
  standby: WatchedNode;
}

export interface WatchedPairs {
  list(): Promise<WatchedPair[]>;
  /** Workers whose heartbeat is fresh, this one included, sorted. */
  liveWorkers(): Promise<string[]>;
}

/** What a poll tries anew: nothing, whether a new connection is answered, or that and a whole login. */
export type FreshLook = 'none' | 'knock' | 'login';

export interface NodePoller {
  /** Never rejects: a failed poll is a sample too. What failed anew is tried again without being asked for. */
  poll(node: WatchedNode, o: { tick: number; fresh: FreshLook; signal: AbortSignal }): Promise<NodeSample>;
  /** Closes what is kept for instances that are no longer watched. */
  keepOnly(instanceIds: ReadonlySet<string>): Promise<void>;
}

/** One bucket of one pair, ready to be stored. */
export interface RollupRow {
  pairId: string;
  resolution: 10 | 60 | 3600;
  bucketStartMs: number;
  samples: number;
  notReceived: { min: number; max: number; avg: number; last: number } | null;
  notReplayed: { max: number; avg: number } | null;
  replayDelay: { max: number; avg: number; last: number } | null;
  walRate: { max: number; avg: number } | null;
  slotRetainedMax: number | null;
  commitsAvg: number | null;
}

export interface MonitorStore {
  saveRollups(rows: readonly RollupRow[]): Promise<void>;
  saveEvent(pairId: string, diagnosis: Diagnosis): Promise<void>;
  /** Removes rollups and events beyond their retention. */
  prune(): Promise<void>;
}
