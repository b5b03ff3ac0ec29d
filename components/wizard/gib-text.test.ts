import { expect, it } from 'vitest';
import { bytesOfGib, gibOfBytes } from './gib-text.ts';

it('takes both decimal marks', () => {
  expect(bytesOfGib('1.5')).toBe(1_610_612_736);
  expect(bytesOfGib(' 1,5 ')).toBe(1_610_612_736);
});

it('tells nothing given from nonsense', () => {
  expect(bytesOfGib('')).toBeNull();
  for (const text of ['0', '-1', 'x', '1e9', '1.2.3']) expect(bytesOfGib(text)).toBeUndefined();
});

it('writes back what it read', () => {
  expect(gibOfBytes(bytesOfGib('1,5') ?? null, 'de')).toBe('1,5');
  expect(gibOfBytes(null, 'en')).toBe('');
});
