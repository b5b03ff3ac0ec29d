import { describe, expect, it } from 'vitest';
import { movedIndex, nearestIndex, summarize } from './chart-facts.ts';

describe('nearestIndex', () => {
  it('finds the sample nearest to a time, also outside', () => {
    const times = [0, 1_000, 2_000, 9_000];
    expect(nearestIndex(times, -50)).toBe(0);
    expect(nearestIndex(times, 1_400)).toBe(1);
    expect(nearestIndex(times, 1_600)).toBe(2);
    expect(nearestIndex(times, 99_000)).toBe(3);
    expect(nearestIndex([], 0)).toBe(-1);
  });
});

describe('summarize', () => {
  it('names the highest value and when it was', () => {
    const summary = summarize({ timesMs: [1, 2, 3], series: [{ label: 'a', values: [4, 9, 2] }] });
    expect(summary).toEqual({ max: 9, maxAtMs: 2, now: 2, gaps: 0 });
  });
  it('never invents a present value when the last sample is missing', () => {
    const summary = summarize({
      timesMs: [1, 2, 3, 4],
      series: [{ label: 'a', values: [4, null, 2, null] }],
    });
    expect(summary).toMatchObject({ now: null, gaps: 2 });
  });
  it('says nothing about a chart without samples', () => {
    expect(summarize({ timesMs: [1], series: [{ label: 'a', values: [null] }] })).toBeNull();
  });
});

describe('movedIndex', () => {
  it('moves by one, by ten with Shift, and to the ends, and stays inside', () => {
    expect(movedIndex('ArrowRight', false, 4, 10)).toBe(5);
    expect(movedIndex('ArrowLeft', true, 4, 10)).toBe(0);
    expect(movedIndex('End', false, 4, 10)).toBe(9);
    expect(movedIndex('Home', false, 4, 10)).toBe(0);
    expect(movedIndex('a', false, 4, 10)).toBeNull();
    expect(movedIndex('End', false, 0, 0)).toBeNull();
  });
});
