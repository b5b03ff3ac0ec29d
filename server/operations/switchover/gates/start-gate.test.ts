import { expect, it } from 'vitest';
import { GATE_VERSION, type StartGateState } from '#server/domain/start-gate.ts';
import type { ChangeObservation, RunningLook } from '../../change/look.ts';
import type { SwitchoverInput } from '../input.ts';
import { startGatesAgree } from './start-gate.ts';

const laid = (given: Partial<StartGateState> = {}): StartGateState => ({
  config: '',
  version: GATE_VERSION,
  policy: 'while-attached',
  waitSeconds: 60,
  last: null,
  ...given,
});

function verdict(
  a: RunningLook['startGate'],
  b: RunningLook['startGate'],
  gateWish: SwitchoverInput['gateWish'] = null,
) {
  const look = (startGate: RunningLook['startGate']) => ({ state: 'running', startGate });
  const names = { oldPrimary: 'db1', newPrimary: 'db2' };
  const o = { names, oldPrimary: look(a), newPrimary: look(b), takenAtMs: 0 } as unknown as ChangeObservation;
  const result = startGatesAgree(o, { gateWish } as SwitchoverInput);
  return Array.isArray(result) ? result[0] : result;
}

it('lets a pair without gates be, and one with the same gate on both nodes', () => {
  expect(verdict('none', 'none')).toMatchObject({ state: 'ok' });
  expect(verdict('not-here', 'not-here')).toMatchObject({ state: 'ok' });
  expect(verdict(laid(), laid())).toMatchObject({ state: 'ok' });
});

it('warns when gates were asked for and none is laid', () => {
  expect(verdict('none', 'none', 'read-only')).toMatchObject({ state: 'warning' });
  expect(verdict(laid(), laid(), 'read-only')).toMatchObject({ state: 'ok' });
});

it('shows what a gate decided last', () => {
  const last = { atMs: 1, decision: 'open', reason: 'the partner is a standby' } as const;
  expect(verdict(laid({ last }), laid())).toMatchObject({
    detail: { en: expect.stringContaining('open: the partner is a standby') as string },
  });
});

it('warns of a gate on one node alone, of an old one, and of two with different policies', () => {
  expect(verdict(laid(), 'none')).toMatchObject({ state: 'warning' });
  expect(verdict(laid(), 'unknown')).toMatchObject({ state: 'warning' });
  expect(verdict(laid({ version: GATE_VERSION - 1 }), laid())).toMatchObject({ state: 'warning' });
  expect(verdict(laid({ policy: 'read-only' }), laid())).toMatchObject({ state: 'warning' });
});
