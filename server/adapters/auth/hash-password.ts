import { hashPassword as hash } from 'better-auth/crypto';
import type { Secret } from '#server/domain/secret.ts';

/** The stored form of a password (scrypt with its own salt). */
export function hashPassword(password: Secret): Promise<string> {
  return hash(password.reveal());
}
