/**
 * A plan as data: what an operation will do, before it does it. The same rows make the plan page,
 * the run page's timeline, the shell export and the audit entry, so they cannot drift apart.
 */

/** A sentence in both languages of the product, made where the step is defined. */
export interface Text {
  en: string;
  de: string;
}

export type StepKind = 'check' | 'mutation' | 'wait' | 'read';

/** Groups of the review page, in their order. */
export const PLAN_GROUPS = [
  'reads',
  'changes-primary',
  'restart-primary',
  'changes-standby',
  'erases',
  'proves',
  'prepares',
  'outage',
  'takes-over',
  'comes-back',
  'forgets',
] as const;
export type PlanGroup = (typeof PLAN_GROUPS)[number];

/** What a step will do on a host, exactly. Secrets are dots already. */
export type PlanAction =
  | { type: 'command'; server: string; runAs: string; line: string }
  | { type: 'sql'; server: string; statement: string }
  | {
      type: 'file';
      server: string;
      path: string;
      before: string | null;
      after: string;
      mode: string;
      /** Only lines of a file whose other lines nobody may see. */
      excerpt?: true;
    }
  | { type: 'move'; server: string; from: string; to: string }
  /** Made by Tandem itself; `server` is the host that is asked. */
  | { type: 'request'; server: string; method: string; url: string };

export interface PlanStep {
  name: string;
  kind: StepKind;
  group: PlanGroup;
  /** Name of the server it acts on; null = only reads on several. */
  server: string | null;
  explain: Text;
  /** How it is undone; null = nothing to undo, `undoReason` says why. */
  undo: Text | null;
  undoReason: Text | null;
  actions: PlanAction[];
  /** Expected duration, ms; null = no idea yet. */
  expectedMs: number | null;
}

/** One condition with its value, threshold and where it was measured. */
export interface GateResult {
  code: string;
  state: 'ok' | 'warning' | 'blocking' | 'unknown';
  /** Name of the server it was measured on; null = both or neither. */
  server: string | null;
  title: Text;
  /** What was seen and what is wanted, with numbers. */
  detail: Text;
  /** What to do about it. */
  fix: Text | null;
  /** Sessions that stand in the way and may be ended. */
  sessions?: { instanceId: string; list: LongSession[] };
  measuredAtMs: number;
}

/** A session with a long transaction. Pid and start together name it: a pid alone may be given anew. */
export interface LongSession {
  pid: number;
  /** s since epoch, to the microsecond. */
  startedAt: string;
  user: string;
  /** Age of its transaction. */
  seconds: number;
}

export interface Plan {
  operation: string;
  title: Text;
  /** Identifies operation kind, version, steps and their actions. */
  hash: string;
  steps: PlanStep[];
  /** Index of the first step after the point of no return; null = everything can be undone. */
  pointOfNoReturn: number | null;
  gates: GateResult[];
  /** The text a person must type before it may start; null = none. */
  confirmation: { word: string; reason: Text } | null;
  /** Expected write outage of the primary, ms; 0 = none. */
  outageMs: number;
  /** Bytes that will cross the network; null = unknown. */
  networkBytes: number | null;
  expectedMs: number | null;
  madeAtMs: number;
}
