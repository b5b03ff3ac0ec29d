/**
 * Log sequence numbers: 64-bit byte positions in the write-ahead log, printed by PostgreSQL as
 * two hexadecimal halves, `16/B374D848` (PostgreSQL manual, "pg_lsn Type").
 */

declare const lsnBrand: unique symbol;
/** A WAL byte position. A branded bigint, so that it is never mixed up with a length or a string. */
export type Lsn = bigint & { readonly [lsnBrand]: true };

const LSN_TEXT = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/;

/** Reads PostgreSQL's text form; null when the text is not an LSN. */
export function parseLsn(text: string): Lsn | null {
  const match = LSN_TEXT.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return ((BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`)) as Lsn;
}

/** Reads an LSN that must be one; throws a RangeError otherwise. */
export function requireLsn(text: string): Lsn {
  const lsn = parseLsn(text);
  if (lsn === null) throw new RangeError(`not an LSN: ${JSON.stringify(text.slice(0, 40))}`);
  return lsn;
}

/** A position that was computed from others. */
export const lsnAt = (position: bigint): Lsn => position as Lsn;

/** PostgreSQL's text form, upper-case hexadecimal without leading zeros. */
export function formatLsn(lsn: Lsn): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;
}

/** Bytes from `from` to `to`; negative when `to` lies before `from`. Exact up to 2^53 bytes. */
export function bytesBetween(from: Lsn, to: Lsn): number {
  return Number(to - from);
}
