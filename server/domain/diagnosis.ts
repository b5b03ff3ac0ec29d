import { linkIsSilent } from './link-silence.ts';
import type { NodeSample, ReachableNodeSample, UnreachableNodeSample } from './node-sample.ts';
import type { Diagnosis, DiagnosisCode, Evidence, PairLag, Severity } from './pair-sample.ts';

/** What one tick alone would say, before hysteresis. */
export interface Candidate {
  code: DiagnosisCode;
  evidence: Evidence[];
}

export interface ClassifyInput {
  primary: NodeSample;
  standby: NodeSample;
  lag: PairLag;
  slotName: string | null;
  /** When a person made the standby stop following, ms since epoch; null = it should follow. */
  detachedSinceMs: number | null;
}

interface Row {
  severity: Severity;
  /** So many ticks in a row before it becomes the diagnosis. */
  enterTicks: number;
}

/** Severity and hysteresis per code. What endangers data shows at once; what flaps waits. */
export const DIAGNOSIS_TABLE = {
  healthy: { severity: 'ok', enterTicks: 2 },
  starting: { severity: 'unknown', enterTicks: 1 },
  lagging: { severity: 'medium', enterTicks: 5 },
  'standby-not-streaming': { severity: 'high', enterTicks: 2 },
  'standby-unreachable': { severity: 'high', enterTicks: 2 },
  'standby-down': { severity: 'high', enterTicks: 2 },
  'standby-detached': { severity: 'info', enterTicks: 1 },
  'primary-unreachable-by-us': { severity: 'high', enterTicks: 2 },
  'primary-not-answering': { severity: 'critical', enterTicks: 2 },
  'primary-down': { severity: 'critical', enterTicks: 2 },
  'both-unreachable': { severity: 'critical', enterTicks: 2 },
  'two-primaries': { severity: 'critical', enterTicks: 1 },
  'no-primary': { severity: 'critical', enterTicks: 2 },
  'roles-swapped': { severity: 'high', enterTicks: 2 },
  'timeline-diverged': { severity: 'critical', enterTicks: 2 },
  'wrong-system': { severity: 'critical', enterTicks: 1 },
  'slot-holding-wal': { severity: 'medium', enterTicks: 5 },
  'replay-paused': { severity: 'medium', enterTicks: 2 },
  'host-key-changed': { severity: 'critical', enterTicks: 1 },
} as const satisfies Record<DiagnosisCode, Row>;

const LAG_SECONDS = 30;
const SLOT_WARN_BYTES = 4 * 1024 ** 3;

const fact = (code: string, node: Evidence['node'], values: Evidence['values'] = {}): Evidence => ({
  code,
  node,
  values,
});

/** The state that one tick shows. Pure; one observation, one answer. */
export function classify(o: ClassifyInput): Candidate {
  const { primary, standby } = o;
  const changed = [primary, standby].find((n) => !n.reachable && n.hop === 'host-key');
  if (changed !== undefined) {
    return {
      code: 'host-key-changed',
      evidence: [fact('host-key-changed', changed === primary ? 'primary' : 'standby')],
    };
  }
  if (o.detachedSinceMs !== null && (!standby.reachable || standby.inRecovery))
    return classifyDetached(primary, standby, o.detachedSinceMs);
  if (!primary.reachable && !standby.reachable)
    return { code: 'both-unreachable', evidence: [away(primary, 'primary'), away(standby, 'standby')] };
  if (!primary.reachable)
    return standby.reachable ? classifyPrimaryAway(primary, standby) : unreachableStandby(standby);
  if (!standby.reachable) {
    if (primary.inRecovery)
      return {
        code: 'no-primary',
        evidence: [fact('primary-read-only', 'primary'), away(standby, 'standby')],
      };
    return unreachableStandby(standby);
  }
  return classifyRoles(o, primary, standby);
}

function away(n: UnreachableNodeSample, node: 'primary' | 'standby'): Evidence {
  return fact('unreachable', node, { hop: n.hop, detail: n.detail, hostAnswers: n.hostAnswers });
}

function unreachableStandby(standby: NodeSample): Candidate {
  if (standby.reachable) return { code: 'starting', evidence: [] };
  return {
    code: standby.hostAnswers ? 'standby-down' : 'standby-unreachable',
    evidence: [away(standby, 'standby')],
  };
}

/** The standby was stopped on purpose, which is no alarm; a primary that is away is one. */
function classifyDetached(primary: NodeSample, standby: NodeSample, sinceMs: number): Candidate {
  const evidence = [fact('detached', 'standby', { sinceMs })];
  if (!primary.reachable) {
    const code = primary.hostAnswers || standby.reachable ? 'primary-down' : 'both-unreachable';
    return { code, evidence: [away(primary, 'primary'), ...evidence] };
  }
  if (primary.inRecovery) return { code: 'no-primary', evidence };
  if (standby.reachable) evidence.push(fact('detached-runs', 'standby'));
  return { code: 'standby-detached', evidence };
}

/** "Down" needs two witnesses: ours, and the standby whose WAL receiver lost it too. */
function classifyPrimaryAway(primary: UnreachableNodeSample, standby: ReachableNodeSample): Candidate {
  const evidence = [away(primary, 'primary')];
  if (!standby.inRecovery)
    return { code: 'roles-swapped', evidence: [...evidence, fact('is-primary', 'standby')] };
  const streams = standby.receiver?.status === 'streaming';
  evidence.push(
    fact(streams ? 'receiver-streams' : 'receiver-gone', 'standby', {
      ageMs: standby.receiver?.lastMessageAgeMs ?? null,
    }),
  );
  if (!streams) return { code: 'primary-down', evidence };
  return { code: primary.hostAnswers ? 'primary-not-answering' : 'primary-unreachable-by-us', evidence };
}

function classifyRoles(
  o: ClassifyInput,
  primary: ReachableNodeSample,
  standby: ReachableNodeSample,
): Candidate {
  if (primary.systemIdentifier !== standby.systemIdentifier) {
    const values = { primary: primary.systemIdentifier, standby: standby.systemIdentifier };
    return { code: 'wrong-system', evidence: [fact('system-identifiers-differ', null, values)] };
  }
  if (!primary.inRecovery && !standby.inRecovery) {
    const values = { primaryTimeline: primary.timeline, standbyTimeline: standby.timeline };
    return { code: 'two-primaries', evidence: [fact('both-writable', null, values)] };
  }
  if (primary.inRecovery) {
    return standby.inRecovery
      ? {
          code: 'no-primary',
          evidence: [fact('both-in-recovery', null), fact('primary-read-only', 'primary')],
        }
      : { code: 'roles-swapped', evidence: [fact('is-primary', 'standby')] };
  }
  return classifyStreaming(o, primary, standby);
}

function classifyStreaming(
  o: ClassifyInput,
  primary: ReachableNodeSample,
  standby: ReachableNodeSample,
): Candidate {
  const { lag } = o;
  if (standby.timeline > primary.timeline) {
    const values = { primary: primary.timeline, standby: standby.timeline };
    return { code: 'timeline-diverged', evidence: [fact('timelines-differ', null, values)] };
  }
  const silent = linkIsSilent({ primary, standby, lag, slotName: o.slotName });
  if (silent || !isStreaming(primary, standby)) {
    const values = {
      receiver: silent ? 'silent' : (standby.receiver?.status ?? null),
      bytes: lag.notReceivedBytes,
      seconds: lag.seconds,
    };
    return { code: 'standby-not-streaming', evidence: [fact('receiver-not-streaming', 'standby', values)] };
  }
  if (standby.replayPaused)
    return {
      code: 'replay-paused',
      evidence: [fact('replay-paused', 'standby', { bytes: lag.notReplayedBytes })],
    };
  if (lag.seconds !== null && lag.seconds > LAG_SECONDS) {
    return {
      code: 'lagging',
      evidence: [fact('lag', 'standby', { seconds: lag.seconds, limit: LAG_SECONDS, bytes: lag.totalBytes })],
    };
  }
  const slot = primary.slots.find((s) => !s.active && (s.retainedBytes ?? 0) > SLOT_WARN_BYTES);
  if (slot !== undefined) {
    return {
      code: 'slot-holding-wal',
      evidence: [fact('slot', 'primary', { slot: slot.name, bytes: slot.retainedBytes })],
    };
  }
  return {
    code: 'healthy',
    evidence: [fact('streaming', 'standby', { bytes: lag.notReceivedBytes, seconds: lag.seconds })],
  };
}

/** Both ends must say so: a receiver may claim "streaming" for a minute after the sender is gone. */
function isStreaming(primary: ReachableNodeSample, standby: ReachableNodeSample): boolean {
  return standby.receiver?.status === 'streaming' && primary.senders.some((s) => s.state === 'streaming');
}

/** A diagnosis with the candidate that is about to replace it. */
export interface DiagnosisState {
  current: Diagnosis;
  candidate: { code: DiagnosisCode; ticks: number };
}

/** Before the first sample. */
export function startingState(nowMs: number): DiagnosisState {
  return {
    current: { code: 'starting', severity: 'unknown', sinceMs: nowMs, evidence: [] },
    candidate: { code: 'starting', ticks: 0 },
  };
}

/** Takes one tick's candidate in; the diagnosis changes after `enterTicks` equal ones in a row. */
export function diagnose(state: DiagnosisState, found: Candidate, nowMs: number): DiagnosisState {
  const ticks = found.code === state.candidate.code ? state.candidate.ticks + 1 : 1;
  const candidate = { code: found.code, ticks };
  const row: Row = DIAGNOSIS_TABLE[found.code];
  if (found.code === state.current.code)
    return { current: { ...state.current, evidence: found.evidence }, candidate };
  // Coming from nothing, the first look counts: waiting would only show "unknown" for longer.
  if (ticks < row.enterTicks && state.current.code !== 'starting') return { ...state, candidate };
  return {
    current: { code: found.code, severity: row.severity, sinceMs: nowMs, evidence: found.evidence },
    candidate,
  };
}
