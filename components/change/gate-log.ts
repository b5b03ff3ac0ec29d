import { gateKey } from '#components/plan/gate-list.tsx';
import type { Assessment } from '#server/domain/assessment.ts';
import type { GateResult } from '#server/domain/plan.ts';

/** Gates of the looks so far with when each last changed its state. */
export interface GateLog {
  lookId: string | null;
  states: ReadonlyMap<string, { state: GateResult['state']; changedAtMs: number | null }>;
}

export const EMPTY_GATE_LOG: GateLog = { lookId: null, states: new Map() };
const MARKED_FOR_MS = 10_000;

/** Takes in a look; numbers within a state change all the time and do not count. */
export function logGates(log: GateLog, look: Pick<Assessment, 'id' | 'takenAtMs' | 'gates'>): GateLog {
  if (log.lookId === look.id) return log;
  const first = log.lookId === null;
  const states = look.gates.map((gate) => {
    const key = gateKey(gate);
    const before = log.states.get(key);
    const same = first || before?.state === gate.state;
    return [
      key,
      { state: gate.state, changedAtMs: same ? (before?.changedAtMs ?? null) : look.takenAtMs },
    ] as const;
  });
  return { lookId: look.id, states: new Map(states) };
}

/** Keys of the gates that changed in the last 10 s. */
export function changedGates(log: GateLog, nowMs: number): Set<string> {
  const keys = [...log.states].filter(
    ([, { changedAtMs }]) => changedAtMs !== null && nowMs - changedAtMs <= MARKED_FOR_MS,
  );
  return new Set(keys.map(([key]) => key));
}
