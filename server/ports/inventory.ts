import type { Detachment } from '#server/domain/detachment.ts';
import type { PairTls } from '#server/domain/pair-tls.ts';
import type { GatePolicy } from '#server/domain/start-gate.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';

export interface NewMember {
  instanceId: string;
  serverId: string;
  location: InstanceLocation;
  majorVersion: number;
  systemIdentifier: string;
  address: string;
  superuser: string;
  monitorRole: string;
  monitorSecretId: string;
  monitorRoleGiven: boolean;
}

export interface NewPair {
  pairId: string;
  name: string;
  environment: 'production' | 'staging' | 'development';
  mode: 'asynchronous' | 'synchronous';
  slotName: string | null;
  replicationRole: string | null;
  rewindRole: string | null;
  /** Start gates that are wanted and not laid yet. */
  gateWish: GatePolicy | null;
  primary: NewMember;
  standby: NewMember;
}

export interface Preparation {
  slotName: string;
  replicationRole: string;
  rewindRole: string;
}

/** What an operation writes into the control database about pairs. */
export interface PairInventory {
  exists(pairId: string): Promise<boolean>;
  /** Rejects NAME_TAKEN, IN_USE (an instance is in another pair), CONTROL_DATABASE_IS_MANAGED. */
  register(pair: NewPair): Promise<void>;
  /** What a change of roles needs; null = not known yet. */
  prepared(pairId: string): Promise<Preparation | null>;
  prepare(pairId: string, preparation: Preparation): Promise<void>;
  /** Forgets it again (undo). */
  unprepare(pairId: string): Promise<void>;
  /** Null = replication is not encrypted with an authority of the pair's own. */
  tls(pairId: string): Promise<PairTls | null>;
  setTls(pairId: string, tls: PairTls | null): Promise<void>;
  /** Start gates that a person wanted and that are not laid yet; null = the question is settled. */
  gateWish(pairId: string): Promise<GatePolicy | null>;
  setGateWish(pairId: string, wish: GatePolicy | null): Promise<void>;
  /** Removes the pair and its two instances; servers stay. */
  remove(pairId: string): Promise<void>;
}

/** Who is primary, as recorded. */
export interface RecordedRoles {
  /** Grows by one with every change of roles. */
  epoch: number;
  primaryInstanceId: string;
  /** The old primary that has not come back as a standby yet; null = none. */
  mustRejoinInstanceId: string | null;
  /** A person made the standby stop following; null = it follows. */
  detached: Detachment | null;
}

/** The recorded roles of pairs. */
export interface PairRoles {
  /** Rejects NOT_FOUND. */
  get(pairId: string): Promise<RecordedRoles>;
  /**
   * Makes the instance the primary and ends the epoch; `mustRejoin` marks the other one. Changes
   * nothing when that was done already; rejects STALE_VIEW when somebody else changed the roles.
   */
  change(o: { pairId: string; epoch: number; primaryInstanceId: string; mustRejoin: boolean }): Promise<void>;
  /** Records that the standby follows no more, or (null, undo) that it does. */
  detach(pairId: string, detached: Detachment | null): Promise<void>;
  /** The other node streams again: it neither has to rejoin nor is it detached. */
  rejoined(pairId: string): Promise<void>;
}
