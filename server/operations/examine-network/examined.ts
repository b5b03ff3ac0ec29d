import type { HbaRule } from '#server/domain/hba-rules.ts';
import type { SetupInput } from '../setup-standby/input.ts';

export type Side = 'primary' | 'standby';
export type ExaminedNode = Omit<SetupInput['primary'], 'seenAs' | 'instanceId'>;

/** Bytes a second that the primary writes. */
export interface WalRate {
  average: number;
  peak: number;
  /** `hour` = watched for the last hour; `look` = while looking, and since the server's statistics began. */
  watched: 'hour' | 'look';
}

/** What a set-up will make, so that the ways can be judged before it. */
export interface PlannedSetup {
  /** The lines that it puts first into pg_hba.conf; their line number is 0. */
  rules: readonly HbaRule[];
  /** As which address each side is seen by the other; null = nothing could tell. */
  seenAs: Record<Side, string | null>;
  backup: { bytes: number; limit: number | null };
}

/** Two servers between which the network is looked at: a pair, or what becomes one. */
export interface Examined extends Record<Side, ExaminedNode> {
  synchronous: boolean;
  /** Null = replication was set up by somebody else: then its roles are not known. */
  replicationRole: string | null;
  rewindRole: string | null;
  wal: WalRate | null;
  /** Null = a pair that is there. */
  planned: PlannedSetup | null;
}
