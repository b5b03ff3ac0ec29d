/** An IPv4 or IPv6 address as a number with its length in bits. */
export interface IpAddress {
  bits: 32 | 128;
  value: bigint;
}

const V4_MAPPED = 0xffffn;

/** Parses an address without a zone; null = it is none. IPv4 in IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export function parseIp(text: string): IpAddress | null {
  const v4 = parseV4(text);
  if (v4 !== null) return { bits: 32, value: v4 };
  const v6 = parseV6(text);
  if (v6 === null) return null;
  return v6 >> 32n === V4_MAPPED ? { bits: 32, value: v6 & 0xffffffffn } : { bits: 128, value: v6 };
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return null;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return null;
  const [head, tail] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((sum, group) => (sum << 16n) | group, 0n);
}

/** Groups of one half; the last may be an IPv4 address. */
function groupsOf(half: string): bigint[] | null {
  if (half === '') return [];
  const parts = half.split(':');
  const v4 = parseV4(parts.at(-1) ?? '');
  const plain = v4 === null ? parts : parts.slice(0, -1);
  if (!plain.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return null;
  const groups = plain.map((part) => BigInt(`0x${part}`));
  return v4 === null ? groups : [...groups, v4 >> 16n, v4 & 0xffffn];
}

/** Whether two addresses are of one family and equal in the bits that the mask has. */
export function sameUnderMask(a: IpAddress, b: IpAddress, mask: bigint): boolean {
  return a.bits === b.bits && (a.value & mask) === (b.value & mask);
}

/** The mask of the first `prefix` bits. */
export function maskOf(bits: 32 | 128, prefix: number): bigint {
  const kept = BigInt(Math.min(Math.max(prefix, 0), bits));
  return ((1n << kept) - 1n) << (BigInt(bits) - kept);
}
