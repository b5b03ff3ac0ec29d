import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { Json } from './operation-store.ts';

/** One node of a pair as the inventory keeps it. */
export interface NodeFacts {
  serverId: string;
  serverName: string;
  instanceId: string;
  location: InstanceLocation;
}

/** Everything that is recorded about a pair and what Tandem made for it. */
export interface PairFacts {
  pairId: string;
  name: string;
  environment: 'production' | 'staging' | 'development';
  mode: 'asynchronous' | 'synchronous';
  systemIdentifier: string;
  slotName: string | null;
  /** Null = replication was set up by somebody else. */
  replicationRole: string | null;
  rewindRole: string | null;
  monitor: { role: string; secretId: string; given: boolean };
  primary: NodeFacts;
  standby: NodeFacts;
  /** Inputs of the operations that made something for the pair, newest first. */
  madeWith: Json[];
}

export interface PairFactsReader {
  /** Rejects NOT_FOUND. */
  get(pairId: string): Promise<PairFacts>;
}
