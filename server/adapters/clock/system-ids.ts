import { randomBytes } from 'node:crypto';
import type { Ids } from '#server/ports/clock.ts';

const TIME_DIGITS = 9;

/**
 * Ids are base36 milliseconds (9 digits until the year 5188) and 80 random bits in base32hex: they
 * sort by time and need no escaping in a URL, a file name or a shell word.
 */
export const systemIds: Ids = {
  newId: () => Date.now().toString(36).padStart(TIME_DIGITS, '0') + base32(randomBytes(10)),
  randomText: (bytes) => randomBytes(bytes).toString('base64url'),
};

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => parseInt(five, 2).toString(32)).join('');
}
