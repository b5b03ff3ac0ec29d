import type { Readiness } from '#server/domain/assessment.ts';
import type { Detachment } from '#server/domain/detachment.ts';
import type { PairTls } from '#server/domain/pair-tls.ts';
import type { GatePolicy } from '#server/domain/start-gate.ts';
import type { HistoryPoint } from '#server/domain/history.ts';
import type { Text } from '#server/domain/plan.ts';
import type { RuntimeKind } from '#server/domain/instance-location.ts';

export interface StoredNode {
  instanceId: string;
  serverId: string;
  serverName: string;
  host: string;
  port: number;
  dataDirectory: string;
  kind: RuntimeKind;
  majorVersion: number;
  role: 'primary' | 'standby';
}

export interface StoredPair {
  id: string;
  name: string;
  environment: 'production' | 'staging' | 'development';
  epoch: number;
  mode: 'asynchronous' | 'synchronous';
  slotName: string | null;
  /** Tandem has what a change of roles needs; false = the pair was adopted and not prepared yet. */
  prepared: boolean;
  primary: StoredNode;
  standby: StoredNode;
  /** Operation that holds one of its instances. */
  runningOperationId: string | null;
  mustRejoinInstanceId: string | null;
  detached: Detachment | null;
  tls: PairTls | null;
  /** Start gates that are wanted and not laid yet. */
  gateWish: GatePolicy | null;
  /** The newest look for a planned switchover; null = none yet. */
  readiness: { state: Readiness; takenAtMs: number; reasons: Text[] } | null;
  pendingFence: { serverName: string; sinceMs: number; state: 'pending' | 'conflict'; detail: string } | null;
}

/** What the pages read of pairs. */
export interface PairReader {
  list(): Promise<StoredPair[]>;
  /** Rejects NOT_FOUND. */
  get(id: string): Promise<StoredPair>;
  /** Buckets from `fromMs` on, oldest first; a missing bucket is a gap. */
  history(id: string, resolution: 10 | 60 | 3600, fromMs: number): Promise<HistoryPoint[]>;
  events(id: string, limit: number): Promise<{ atMs: number; code: string; severity: string }[]>;
}
