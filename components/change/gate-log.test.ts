import { describe, expect, it } from 'vitest';
import type { GateResult } from '#server/domain/plan.ts';
import { changedGates, EMPTY_GATE_LOG, logGates } from './gate-log.ts';

const gate = (code: string, state: GateResult['state'], detail = ''): GateResult => ({
  code,
  state,
  server: null,
  title: { en: code, de: code },
  detail: { en: detail, de: detail },
  fix: null,
  measuredAtMs: 0,
});
const look = (id: string, takenAtMs: number, gates: GateResult[]) => ({ id, takenAtMs, gates });

describe('marking what changed', () => {
  const first = logGates(EMPTY_GATE_LOG, look('1', 1_000, [gate('a', 'ok'), gate('b', 'ok')]));

  it('marks nothing on the first look', () => {
    expect(changedGates(first, 1_000)).toEqual(new Set());
  });
  it('marks a state that changed, for ten seconds', () => {
    const second = logGates(
      first,
      look('2', 3_000, [gate('a', 'blocking'), gate('b', 'ok', 'other number')]),
    );
    expect(changedGates(second, 4_000)).toEqual(new Set(['a ']));
    const third = logGates(second, look('3', 5_000, [gate('a', 'blocking'), gate('b', 'ok')]));
    expect(changedGates(third, 13_000)).toEqual(new Set(['a ']));
    expect(changedGates(third, 13_001)).toEqual(new Set());
  });
  it('marks a condition that was not there before', () => {
    const second = logGates(first, look('2', 3_000, [gate('a', 'ok'), gate('c', 'warning')]));
    expect(changedGates(second, 3_000)).toEqual(new Set(['c ']));
  });
});
