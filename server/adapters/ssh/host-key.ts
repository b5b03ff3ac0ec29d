import { createHash } from 'node:crypto';
import type { HostKeyOffer } from '#server/ports/host-transport.ts';

/** Reads type and fingerprint from a raw host key blob (RFC 4253, section 6.6). */
export function describeHostKey(blob: Buffer): HostKeyOffer {
  return { type: keyType(blob), key: blob.toString('base64'), fingerprint: fingerprintOf(blob) };
}

/** OpenSSH's form: SHA256 and unpadded base64. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/**
 * The algorithms to ask a server for, so that it shows the pinned key and not another one of its
 * keys; null = the library's own order.
 */
export function hostKeyAlgorithmsFor(pinned: string | null): string[] | null {
  if (pinned === null) return null;
  const type = keyType(Buffer.from(pinned, 'base64'));
  return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type];
}

function keyType(blob: Buffer): string {
  if (blob.length < 4) return 'unknown';
  const length = blob.readUInt32BE(0);
  return length > 0 && length <= 64 && blob.length >= 4 + length
    ? blob.toString('latin1', 4, 4 + length)
    : 'unknown';
}
