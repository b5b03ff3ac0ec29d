import { describe, expect, it } from 'vitest';
import { formatBytes, formatRate, formatSeconds } from './format-number.ts';

const plain = (text: string) => text.replaceAll('\u00A0', ' ');

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [831_488, '812 KiB'],
    [1_048_575, '1 MiB'],
    [1_363_149, '1.3 MiB'],
    [137_438_953_472, '128 GiB'],
    [-2048, '−2 KiB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(plain(formatBytes(bytes, 'en'))).toBe(text);
  });
  it('uses the German decimal comma', () => {
    expect(plain(formatBytes(1_363_149, 'de'))).toBe('1,3 MiB');
    expect(plain(formatRate(1_363_149, 'de'))).toBe('1,3 MiB/s');
  });
});

describe('formatSeconds', () => {
  it.each([
    [0, '0 s'],
    [0.23, '230 ms'],
    [2.84, '2.8 s'],
    [42.4, '42 s'],
    [130, '2 min 10 s'],
    [120, '2 min'],
    [11_100, '3 h 5 min'],
    [187_200, '2 d 4 h'],
  ])('writes %d as %s', (seconds, text) => {
    expect(plain(formatSeconds(seconds, 'en'))).toBe(text);
  });
  it('never shows 60 seconds in the seconds place', () => {
    expect(plain(formatSeconds(59.7, 'en'))).toBe('1 min');
  });
});
