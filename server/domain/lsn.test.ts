import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesBetween, formatLsn, parseLsn, requireLsn } from './lsn.ts';

describe('an LSN', () => {
  it('comes back as PostgreSQL prints it', () => {
    for (const text of ['0/0', '0/1', '16/B374D848', 'FFFFFFFF/FFFFFFFF'])
      expect(formatLsn(requireLsn(text))).toBe(text);
    expect(formatLsn(requireLsn('00000016/0b374d84'))).toBe('16/B374D84');
  });

  it('keeps its value through text, whatever it is', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (n) => {
        const text = `${(n >> 32n).toString(16)}/${(n & 0xffff_ffffn).toString(16)}`;
        expect(requireLsn(text)).toBe(n);
        expect(requireLsn(formatLsn(requireLsn(text)))).toBe(n);
      }),
    );
  });

  it.each(['', '0', '0/', '/0', '0/0/0', '0x1/0', '123456789/0', '0/ 0', ' 0/0', 'g/0', '-1/0', '0/0\n'])(
    'refuses what is none: %j',
    (text) => {
      expect(parseLsn(text)).toBeNull();
      expect(() => requireLsn(text)).toThrow(RangeError);
    },
  );

  it('gives the distance over the border of the halves, with its sign', () => {
    expect(bytesBetween(requireLsn('0/FFFFFFFF'), requireLsn('1/0'))).toBe(1);
    expect(bytesBetween(requireLsn('1/0'), requireLsn('0/FFFFFFFF'))).toBe(-1);
  });
});
