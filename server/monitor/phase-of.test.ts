import { expect, it } from 'vitest';
import { phaseOf } from './phase-of.ts';

it('is the same for the same text, and spreads ids that differ in a digit', () => {
  const counts = new Map<number, number>();
  for (let n = 0; n < 1_000; n += 1) {
    const phase = phaseOf(`pair-${n}`, 10);
    expect(phaseOf(`pair-${n}`, 10)).toBe(phase);
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  expect(counts.size).toBe(10);
  expect(Math.max(...counts.values())).toBeLessThan(150);
});
