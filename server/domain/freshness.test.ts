import { describe, expect, it } from 'vitest';
import { freshnessOf } from './freshness.ts';

describe('freshness', () => {
  it.each([
    [0, 'live'],
    [2_000, 'live'],
    [2_001, 'delayed'],
    [5_000, 'delayed'],
    [5_001, 'stale'],
    [Number.POSITIVE_INFINITY, 'stale'],
  ])('calls a value of %d ms %s', (age, expected) => {
    expect(freshnessOf(age)).toBe(expected);
  });

  it('calls an unknown age stale, never live', () => {
    expect(freshnessOf(null)).toBe('stale');
    expect(freshnessOf(Number.NaN)).toBe('stale');
  });

  it('calls a value from the future live: a clock was set back, the value is new', () => {
    expect(freshnessOf(-60_000)).toBe('live');
  });
});
