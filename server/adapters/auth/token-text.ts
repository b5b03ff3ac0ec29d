import { createHash, timingSafeEqual } from 'node:crypto';
import type { Ids } from '#server/ports/clock.ts';

const FORM = /^tdm_([A-Za-z0-9]{8})_[A-Za-z0-9_-]{43}$/;
const PREFIX_LENGTH = 8;
const SECRET_BYTES = 32;

/** A new token's text: `tdm_`, eight public characters, `_`, 32 random bytes as base64url. */
export function newTokenText(ids: Ids): { text: string; prefix: string } {
  const prefix = ids.newId().slice(-PREFIX_LENGTH);
  return { text: `tdm_${prefix}_${ids.randomText(SECRET_BYTES)}`, prefix };
}

/** The public part; null = this cannot be a token. */
export function prefixOf(text: string): string | null {
  return FORM.exec(text)?.[1] ?? null;
}

/** SHA-256 as hex. The text holds 32 random bytes: there is nothing to guess that a slow hash would protect. */
export function hashToken(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compares without telling by its duration how much fits. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
