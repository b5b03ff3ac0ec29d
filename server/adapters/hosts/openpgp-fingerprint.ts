import { createHash } from 'node:crypto';

const PUBLIC_KEY = 6;

/**
 * Fingerprints of the primary keys in an ASCII-armoured key file (RFC 4880, 12.2: version 4), upper case.
 * All of them: whoever trusts the file trusts each of its keys. Empty when it is no key file.
 */
export function openpgpFingerprints(armored: string): string[] {
  // A second block would be trusted unseen: apt reads them all.
  if (
    !/^\s*-----BEGIN/.test(armored) ||
    armored.split('-----BEGIN').length !== 2 ||
    !/-----END [^\n]+-----\s*$/.test(armored)
  )
    return [];
  const body = /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\r\n]+\r?\n)*\r?\n([\s\S]*?)-----END/.exec(
    armored,
  );
  const base64 = (body?.[1] ?? '').replace(/\r?\n=[A-Za-z0-9+/]{4}\s*$/, '').replace(/\s/g, '');
  const bytes = Buffer.from(base64, 'base64');
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const packet = packetAt(bytes, at);
    if (packet === null) return [];
    if (packet.tag === PUBLIC_KEY) found.push(fingerprintOf(bytes.subarray(packet.start, packet.end)));
    at = packet.end;
  }
  return found;
}

function fingerprintOf(key: Buffer): string {
  const head = Buffer.from([0x99, key.length >> 8, key.length & 0xff]);
  return createHash('sha1').update(head).update(key).digest('hex').toUpperCase();
}

/** Header of old and new form (RFC 4880, 4.2); null when the length is not a plain one or leads out. */
function packetAt(bytes: Buffer, at: number): { tag: number; start: number; end: number } | null {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return null;
  const isNew = (first & 0x40) !== 0;
  const length = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, first & 3);
  if (length === null) return null;
  const start = at + 1 + length.octets;
  const end = start + length.value;
  return end > bytes.length ? null : { tag: isNew ? first & 0x3f : (first >> 2) & 0x0f, start, end };
}

function oldLength(bytes: Buffer, at: number, kind: number): { octets: number; value: number } | null {
  const octets = [1, 2, 4][kind];
  if (octets === undefined || at + octets > bytes.length) return null;
  return { octets, value: bytes.readUIntBE(at, octets) };
}

function newLength(bytes: Buffer, at: number): { octets: number; value: number } | null {
  const first = bytes[at] ?? 255;
  if (first < 192) return { octets: 1, value: first };
  if (first < 224) return { octets: 2, value: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  if (first !== 255 || at + 5 > bytes.length) return null;
  return { octets: 5, value: bytes.readUInt32BE(at + 1) };
}
