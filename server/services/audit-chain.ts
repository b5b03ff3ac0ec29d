import { createHash } from 'node:crypto';
import type { StoredAuditEntry } from '#server/ports/audit-log.ts';

/** Before the first entry. */
export const CHAIN_START = { id: 0n, hash: '0'.repeat(64) };
export type ChainLink = typeof CHAIN_START;

/**
 * What is wrong with an entry that follows `last`; null = nothing. Pure: the same can be done by hand
 * on an export, with any SHA-256.
 */
export function chainFault(last: ChainLink, entry: StoredAuditEntry): string | null {
  if (BigInt(entry.id) !== last.id + 1n) return `entry ${last.id + 1n} is missing`;
  if (entry.previousHash !== last.hash) return 'it does not continue the entry before it';
  const hash = createHash('sha256').update(entry.previousHash).update(entry.canonical).digest('hex');
  if (hash !== entry.hash) return 'its hash does not fit its text';
  return sameContent(entry) ? null : 'its columns say something else than the text that was hashed';
}

function sameContent(entry: StoredAuditEntry): boolean {
  const { actor, action, target, details, pairId, requestId, address } = entry;
  const at = new Date(entry.atMs).toISOString();
  const columns = { id: Number(entry.id), at, actor, action, target, details, pairId, requestId, address };
  return sorted(columns) === sorted(readJson(entry.canonical));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** JSON with the keys in one order, so that equal contents are equal texts. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
