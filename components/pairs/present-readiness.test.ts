import { describe, expect, it } from 'vitest';
import { presentReadiness } from './present-readiness.ts';

const reasons = [{ en: 'r', de: 'r' }];

describe('readiness on a page that has been open for a while', () => {
  it('stays as long as the look is the present', () => {
    const readiness = { state: 'not-ready' as const, takenAtMs: 1_000, reasons };
    expect(presentReadiness(readiness, 121_000)).toBe(readiness);
    expect(presentReadiness(readiness, null)).toBe(readiness);
  });
  it('never stays ready on an old look', () => {
    const readiness = { state: 'ready' as const, takenAtMs: 1_000, reasons };
    expect(presentReadiness(readiness, 121_001)).toEqual({ state: 'unknown', takenAtMs: 1_000, reasons: [] });
  });
});
