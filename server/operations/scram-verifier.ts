import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { Secret } from '#server/domain/secret.ts';

const ITERATIONS = 4096;

/**
 * The verifier that PostgreSQL stores for a password (RFC 5802; PostgreSQL manual, pg_authid.rolpassword):
 * `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`. The clear password never leaves us.
 * `salt` is base64 of 16 bytes; passwords are our own ASCII, so SASLprep changes nothing.
 */
export function scramVerifier(password: Secret, salt: string): Secret {
  const salted = pbkdf2Sync(password.reveal(), Buffer.from(salt, 'base64'), ITERATIONS, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return new Secret(
    `SCRAM-SHA-256$${ITERATIONS}:${salt}$${storedKey}:${hmac('Server Key').toString('base64')}`,
  );
}
