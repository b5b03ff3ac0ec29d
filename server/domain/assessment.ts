import { GATE_POLICIES } from './start-gate.ts';
import type { GateResult, Plan, Text } from './plan.ts';
import { bytesText, text } from './text.ts';

/**
 * Changes that a person confirms on live evidence; `prepare` makes the others possible on an adopted pair,
 * `start-gate` lays or takes away what decides at a start without Tandem. `attach` is the rejoin of a
 * standby that was detached; `open-primary` lets a primary that its gate holds accept writes.
 */
export const CHANGE_KINDS = [
  'switchover',
  'failover',
  'rejoin',
  'prepare',
  'start-gate',
  'pause-replay',
  'resume-replay',
  'detach',
  'attach',
  'encrypt',
  'open-primary',
] as const;
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

/** What a person may choose for a change: a way back, or what a start gate does and whether there is one. */
export const GATE_WAYS = [...GATE_POLICIES, 'remove'] as const;
/** Whether mistakes of a pair made by hand are mended on the way. */
export const PREPARE_WAYS = ['mend', 'least'] as const;
/** Whose certificates encrypt the replication. */
export const ENCRYPT_WAYS = ['pair-authority', 'own-certificates'] as const;
export type EncryptWay = (typeof ENCRYPT_WAYS)[number];
export const CHANGE_WAYS = [...REJOIN_WAYS, ...GATE_WAYS, ...PREPARE_WAYS, ...ENCRYPT_WAYS] as const;
export type ChangeWay = (typeof CHANGE_WAYS)[number];

export interface WayOption {
  way: ChangeWay;
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
  ways: WayOption[];
  chosenWay: ChangeWay | null;
  /** What stays unguaranteed, named before. */
  warnings: Text[];
  confirmation: ConfirmationDemand;
  /** An open operation on the pair; the page leads there. */
  runningOperationId: string | null;
}

/** What a person saw when they pressed the button, short enough to travel with the request. */
export interface SeenAssessment {
  epoch: number;
  oldPrimary: string;
  newPrimary: string;
  planHash: string | null;
  gates: { code: string; state: GateResult['state'] }[];
  lossBytesAtMost: number | null;
  lossKnown: boolean;
}

export function seenOf(a: Assessment): SeenAssessment {
  return {
    epoch: a.epoch,
    oldPrimary: a.oldPrimary,
    newPrimary: a.newPrimary,
    planHash: a.plan?.hash ?? null,
    gates: a.gates.map(({ code, state }) => ({ code, state })),
    lossBytesAtMost: a.loss?.bytes.atMost ?? null,
    lossKnown: a.loss !== null && a.loss.bytes.confidence !== 'unknown',
  };
}

const RANK = { ok: 0, warning: 1, unknown: 2, blocking: 3 } as const satisfies Record<
  GateResult['state'],
  number
>;
const LOSS_GROWTH_BYTES = 1024 ** 2;
const LOSS_GROWTH_SHARE = 0.2;

/** What got worse between the look on the screen and the newest one; empty = nothing did. */
export function worseSince(seen: SeenAssessment, now: Assessment): Text[] {
  if (seen.epoch !== now.epoch || seen.oldPrimary !== now.oldPrimary) {
    return [
      text(
        `the roles changed: ${now.oldPrimary} is the primary now`,
        `die Rollen haben sich geändert: ${now.oldPrimary} ist jetzt der Primärserver`,
      ),
    ];
  }
  const before = new Map(seen.gates.map((g) => [g.code, g.state]));
  const changes: Text[] = now.gates
    .filter((g) => RANK[g.state] > RANK[before.get(g.code) ?? 'ok'])
    .map((g) => ({ en: `${g.title.en}: ${g.detail.en}`, de: `${g.title.de}: ${g.detail.de}` }));
  const loss = lossGrew(seen, now);
  if (loss !== null) changes.push(loss);
  if (changes.length === 0 && seen.planHash !== (now.plan?.hash ?? null))
    changes.push(text('the plan has changed', 'der Plan hat sich geändert'));
  return changes;
}

function lossGrew(seen: SeenAssessment, { loss }: Assessment): Text | null {
  if (loss === null) return null;
  const { atMost, confidence } = loss.bytes;
  if (confidence === 'unknown')
    return seen.lossKnown ? text('the loss is unknown now', 'der Verlust ist jetzt unbekannt') : null;
  if (!seen.lossKnown || seen.lossBytesAtMost === null || atMost === null) return null;
  const growth = atMost - seen.lossBytesAtMost;
  if (growth <= Math.max(LOSS_GROWTH_BYTES, seen.lossBytesAtMost * LOSS_GROWTH_SHARE)) return null;
  const [from, to] = [bytesText(seen.lossBytesAtMost), bytesText(atMost)];
  return text(
    `the possible loss rose from ${from.en} to ${to.en}`,
    `der mögliche Verlust stieg von ${from.de} auf ${to.de}`,
  );
}

/** How the gates together look. A gate that could not be measured is no reason to be ready. */
export function readinessOf(gates: readonly Pick<GateResult, 'state'>[]): Readiness {
  if (gates.length === 0) return 'unknown';
  if (gates.some((g) => g.state === 'blocking')) return 'not-ready';
  if (gates.some((g) => g.state === 'unknown')) return 'unknown';
  return gates.some((g) => g.state === 'warning') ? 'with-risk' : 'ready';
}
