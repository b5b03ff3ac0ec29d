import type { Assessment, ChangeKind, ChangeWay } from '#server/domain/assessment.ts';
import type { Detachment } from '#server/domain/detachment.ts';
import type { PairTls, TlsNames } from '#server/domain/pair-tls.ts';
import type { PinnedRoute } from '#server/domain/client-route.ts';
import type { PinnedHook } from '#server/domain/change-hook.ts';
import type { Json } from './operation-store.ts';
import type { GatePolicy } from '#server/domain/start-gate.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';

export interface ChangeMember {
  serverId: string;
  serverName: string;
  instanceId: string;
  location: InstanceLocation;
  address: string;
  monitorRole: string;
  monitorSecretId: string;
  /** Bootstrap superuser's name. */
  superuser: string;
}

/** What a person entered about the applications of a pair, as a look pins it. */
export interface ChangeSurroundings {
  /** What is called around a change, with the names that the calls need. */
  hooks: PinnedHook[];
  /** How applications reach the primary. */
  routes: PinnedRoute[];
  /** Replication is encrypted: each conninfo that is written says so, with the names that it expects. */
  encrypted: boolean;
  tlsNames: TlsNames;
}

/** A pair as a change of roles needs it; roles as recorded. */
export interface ChangePair extends ChangeSurroundings {
  pairId: string;
  name: string;
  environment: 'production' | 'staging' | 'development';
  epoch: number;
  mode: 'asynchronous' | 'synchronous';
  majorVersion: number;
  systemIdentifier: string;
  /** Null = Tandem does not know it: the pair was adopted and not prepared yet. */
  slotName: string | null;
  replicationRole: string | null;
  rewindRole: string | null;
  primary: ChangeMember;
  standby: ChangeMember;
  mustRejoinInstanceId: string | null;
  detached: Detachment | null;
  tls: PairTls | null;
  /** Start gates that are wanted and not laid yet. */
  gateWish: GatePolicy | null;
  runningOperationId: string | null;
}

export interface StoredAssessment {
  assessment: Assessment;
  /** Input of the operation that its plan describes; null = there is no plan. */
  input: Json;
}

/** A page that is open: looks at this pair are taken every 2 s. */
export interface AssessmentWish {
  pairId: string;
  kind: ChangeKind;
  way: ChangeWay | null;
}

/** Looks at pairs between the worker that takes them and the pages that show them. */
export interface ChangeStore {
  pairs(): Promise<ChangePair[]>;
  /** The recorded epoch now; null = no such pair. */
  epochOf(pairId: string): Promise<number | null>;
  /** Hooks and routes now, as a look would pin them; empty for a pair that is gone. */
  surroundingsOf(pairId: string): Promise<ChangeSurroundings>;
  wishes(): Promise<AssessmentWish[]>;
  /** Keeps the wish alive for `forMs` from now, by the database's clock. */
  want(wish: AssessmentWish, forMs: number): Promise<void>;
  save(a: StoredAssessment): Promise<void>;
  read(pairId: string, kind: ChangeKind): Promise<StoredAssessment | null>;
  /** Measured write outages of the pair's last successful switchovers, newest first, ms. */
  outages(pairId: string, limit: number): Promise<number[]>;
}
