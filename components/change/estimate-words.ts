import type { Estimate } from '#server/domain/assessment.ts';

/** How an estimate is said; `unknown` never shows a number. Names a message `change.loss.<form>`. */
export type EstimateWords =
  | { form: 'unknown' }
  | { form: 'exactly' | 'about' | 'atLeast' | 'upTo'; value: number }
  | { form: 'range'; value: number; most: number };

/** A measured value is said as it is; an estimate names the bound that holds, never a false 0. */
export function estimateWords({ value, atMost, confidence }: Estimate): EstimateWords {
  if (confidence === 'unknown') return { form: 'unknown' };
  if (value === null) return atMost === null ? { form: 'unknown' } : { form: 'upTo', value: atMost };
  if (atMost === value) return { form: confidence === 'measured' ? 'exactly' : 'about', value };
  if (atMost !== null)
    return value === 0 ? { form: 'upTo', value: atMost } : { form: 'range', value, most: atMost };
  // A lower bound of nothing says nothing.
  if (value === 0 && confidence === 'estimated') return { form: 'unknown' };
  return { form: confidence === 'measured' ? 'exactly' : 'atLeast', value };
}
