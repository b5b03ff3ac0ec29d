import { describe, expect, it } from 'vitest';
import { closer, movedIndex, nearestIndex, partOf, summarize } from './chart-facts.ts';

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

describe('a part of a chart', () => {
  const times = Array.from({ length: 40 }, (_, n) => n * 1_000);
  const data = { timesMs: times, series: [{ label: 'a', values: times.map((_, n) => n) }] };

  it('holds the samples inside, and none where none are', () => {
    expect(partOf(data, { fromMs: 1_500, toMs: 3_000 })).toEqual({
      timesMs: [2_000, 3_000],
      series: [{ label: 'a', values: [2, 3] }],
    });
    for (const fromMs of [1_100, 90_000])
      expect(partOf(data, { fromMs, toMs: fromMs + 100 }).timesMs).toEqual([]);
  });

  it('comes closer by half around a sample and stays inside', () => {
    expect(closer(data, 20)).toEqual({ fromMs: 10_000, toMs: 29_000 });
    expect(closer(data, 0)).toEqual({ fromMs: 0, toMs: 19_000 });
    expect(closer(data, 39)).toEqual({ fromMs: 20_000, toMs: 39_000 });
    expect(closer({ timesMs: [], series: [] }, -1)).toBeNull();
  });
});
