import { describe, expect, it } from 'vitest';
import type { LossPreview } from './assessment.ts';
import { boundOf, isExceeded, NO_LOSS, UNKNOWN_BOUND } from './loss-record.ts';

const MEASURED = { transactions: 3, committedBytes: 4_096, relations: [] };
const estimate = (atMost: number | null) => ({ value: 0, atMost, confidence: 'estimated' as const });
const preview = (o: Partial<LossPreview>): LossPreview => ({
  bytes: estimate(8_192),
  transactions: estimate(3),
  seconds: estimate(1),
  guaranteedZero: false,
  basis: { en: '', de: '' },
  ...o,
});

describe('a measured loss', () => {
  it('is within the bound that was shown', () => {
    expect(isExceeded(MEASURED, boundOf(preview({})))).toBe(false);
  });

  it('exceeds the bound by one transaction or by bytes alone', () => {
    expect(isExceeded(MEASURED, boundOf(preview({ transactions: estimate(2) })))).toBe(true);
    expect(isExceeded(MEASURED, boundOf(preview({ bytes: estimate(4_095) })))).toBe(true);
  });

  it('exceeds a promise of nothing by anything', () => {
    expect(isExceeded(MEASURED, boundOf(preview({ guaranteedZero: true })))).toBe(true);
    expect(isExceeded({ ...MEASURED, transactions: 0, committedBytes: 0 }, NO_LOSS)).toBe(false);
  });

  it('breaks no promise where none was made', () => {
    expect(isExceeded(MEASURED, UNKNOWN_BOUND)).toBe(false);
  });
});
