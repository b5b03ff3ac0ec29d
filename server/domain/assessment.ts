import type { GateResult, Plan, Text } from './plan.ts';

/** Changes of roles that a person confirms on live evidence. */
export const CHANGE_KINDS = ['switchover', 'failover', 'rejoin'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Whether a pair could change its roles now. `unknown` = the look is too old or has never been. */
export type Readiness = 'ready' | 'with-risk' | 'not-ready' | 'unknown';

/** A number with how well it is known. `unknown` never shows a 0. */
export interface Estimate {
  /** Most likely value; null = unknown. */
  value: number | null;
  /** Never more than this, as far as evidence goes; null = no bound is known. */
  atMost: number | null;
  confidence: 'measured' | 'estimated' | 'unknown';
}

/** What would be lost for ever. Replay backlog is not loss: a promotion replays it. */
export interface LossPreview {
  bytes: Estimate;
  transactions: Estimate;
  seconds: Estimate;
  /** True = nothing that was acknowledged can be lost, and `basis` says why. */
  guaranteedZero: boolean;
  basis: Text;
}

export interface OutageForecast {
  /** Median of the pair's last runs, or the sum of the steps' budgets; ms. */
  expectedMs: number;
  atMostMs: number;
  /** Runs that it rests on; 0 = no history yet. */
  runs: number;
  basis: Text;
}

/** Why a primary does not answer, from independent witnesses. */
export const FAILURE_CLASSES = [
  'works',
  'host-down',
  'postgres-down',
  'hung',
  'disk-full',
  'credentials',
  'path-cut',
  'we-are-cut-off',
  'unclear',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** One witness's word, with when it was heard. */
export interface Witness {
  name:
    | 'our-ssh'
    | 'our-sql'
    | 'our-tcp'
    | 'standby-tcp'
    | 'wal-receiver'
    | 'process'
    | 'disk'
    | 'log'
    | 'other-servers';
  verdict: 'good' | 'bad' | 'unknown';
  detail: Text;
  atMs: number;
}

export interface FailureDiagnosis {
  class: FailureClass;
  /** What the class means for a promotion. */
  advice: 'promote' | 'advised-against' | 'refused';
  reason: Text;
  witnesses: Witness[];
}

/** One way back for an old primary. */
export const REJOIN_WAYS = ['start', 'rewind', 'rebuild'] as const;
export type RejoinWay = (typeof REJOIN_WAYS)[number];

export interface RejoinOption {
  way: RejoinWay;
  feasible: boolean;
  /** Bytes over the network, and time; null = unknown. */
  bytes: number | null;
  expectedMs: number | null;
  /** Why it is or is not possible, and what is at risk. */
  reason: Text;
}

/** What a person must give before the button does anything. */
export interface ConfirmationDemand {
  /** Text to type exactly, after trimming; null = none. */
  word: { text: string; of: 'new-primary' | 'old-primary' | 'pair' } | null;
  /** Sentences to tick one by one. */
  ticks: { code: string; text: Text }[];
  reasonRequired: boolean;
}

/** One fresh look at a pair for one kind of change: what the confirmation page shows and the start compares. */
export interface Assessment {
  /** Changes with every look. */
  id: string;
  pairId: string;
  kind: ChangeKind;
  /** Roles are those of this epoch. */
  epoch: number;
  takenAtMs: number;
  /** Names of the servers: who is primary by record, and who will be. */
  oldPrimary: string;
  newPrimary: string;
  readiness: Readiness;
  gates: GateResult[];
  /** Null = no plan can be made, `refusal` says why. */
  plan: Plan | null;
  refusal: Text | null;
  outage: OutageForecast | null;
  loss: LossPreview | null;
  diagnosis: FailureDiagnosis | null;
  /** Rejoin only; the chosen way is the plan's. */
  ways: RejoinOption[];
  chosenWay: RejoinWay | null;
  /** What stays unguaranteed, named before. */
  warnings: Text[];
  confirmation: ConfirmationDemand;
  /** An open operation on the pair; the page leads there. */
  runningOperationId: string | null;
}

/** How the gates together look. A gate that could not be measured is no reason to be ready. */
export function readinessOf(gates: readonly Pick<GateResult, 'state'>[]): Readiness {
  if (gates.length === 0) return 'unknown';
  if (gates.some((g) => g.state === 'blocking')) return 'not-ready';
  if (gates.some((g) => g.state === 'unknown')) return 'unknown';
  return gates.some((g) => g.state === 'warning') ? 'with-risk' : 'ready';
}
