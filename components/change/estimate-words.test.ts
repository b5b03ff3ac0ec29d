import { describe, expect, it } from 'vitest';
import { estimateWords } from './estimate-words.ts';

describe('wording of a loss', () => {
  it('never shows a number that is not known', () => {
    expect(estimateWords({ value: 0, atMost: 0, confidence: 'unknown' })).toEqual({ form: 'unknown' });
    expect(estimateWords({ value: null, atMost: null, confidence: 'estimated' })).toEqual({
      form: 'unknown',
    });
    expect(estimateWords({ value: 0, atMost: null, confidence: 'estimated' })).toEqual({ form: 'unknown' });
  });
  it('says a measured value as it is', () => {
    expect(estimateWords({ value: 0, atMost: 0, confidence: 'measured' })).toEqual({
      form: 'exactly',
      value: 0,
    });
    expect(estimateWords({ value: 38, atMost: null, confidence: 'measured' })).toEqual({
      form: 'exactly',
      value: 38,
    });
  });
  it('names both the likely value and the bound', () => {
    expect(estimateWords({ value: 1, atMost: 9, confidence: 'estimated' })).toEqual({
      form: 'range',
      value: 1,
      most: 9,
    });
    expect(estimateWords({ value: null, atMost: 9, confidence: 'estimated' })).toEqual({
      form: 'upTo',
      value: 9,
    });
    expect(estimateWords({ value: 0, atMost: 9, confidence: 'estimated' })).toEqual({
      form: 'upTo',
      value: 9,
    });
    expect(estimateWords({ value: 7, atMost: null, confidence: 'estimated' })).toEqual({
      form: 'atLeast',
      value: 7,
    });
  });
});
