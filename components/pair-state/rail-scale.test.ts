import { describe, expect, it } from 'vitest';
import { LINEAR_BYTES, railEnd, railShare, railTicks } from './rail-scale.ts';

const GIB = 1024 ** 3;

describe('the rail axis', () => {
  it('puts zero at the right edge and the end at the left', () => {
    expect(railShare(0, GIB)).toBe(0);
    expect(railShare(GIB, GIB)).toBe(1);
  });
  it('never leaves the rail, also beyond its end and below zero', () => {
    expect(railShare(GIB * 50, GIB)).toBe(1);
    expect(railShare(-5_000, GIB)).toBe(0);
  });
  it('has no jump where linear becomes logarithmic', () => {
    const before = railShare(LINEAR_BYTES - 1, GIB);
    const after = railShare(LINEAR_BYTES + 1, GIB);
    expect(after - before).toBeLessThan(0.001);
    expect(after).toBeGreaterThan(before);
  });
  it('grows with the distance everywhere', () => {
    const shares = [0, 100, 8192, 9000, 65_536, 1e6, 1e8, GIB].map((bytes) => railShare(bytes, GIB));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
  it('keeps its end until something lies beyond it', () => {
    expect(railEnd([0, 5_000])).toBe(GIB);
    expect(railEnd([GIB + 1])).toBe(64 * GIB);
    expect(railEnd([])).toBe(GIB);
  });
  it('marks only distances that it can show', () => {
    expect(Math.max(...railTicks(GIB))).toBe(GIB);
  });
});
