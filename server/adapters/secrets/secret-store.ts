import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { SealedSecret, SecretRows, SecretStore } from '#server/ports/secret-store.ts';
import type { MasterKey } from './master-key.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Secrets in a table, each under AES-256-GCM with its own nonce and its id as associated data. */
export function createSecretStore(key: MasterKey, rows: SecretRows, ids: Ids): SecretStore {
  return {
    put: async (purpose, secret) => {
      const id = ids.newId();
      await rows.insert(seal(key, { id, purpose, secret }));
      return id;
    },
    get: async (id) => {
      const row = await rows.find(id);
      if (!row) throw new AppError('NOT_FOUND', { message: `secret ${id} is not there` });
      return unseal(key, row);
    },
    remove: (id) => rows.remove(id),
  };
}

function seal(key: MasterKey, o: { id: string; purpose: string; secret: Secret }): SealedSecret {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(Buffer.from(o.id));
  const ciphertext = Buffer.concat([
    cipher.update(o.secret.reveal(), 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return { id: o.id, purpose: o.purpose, keyId: key.id, nonce: bytes(nonce), ciphertext: bytes(ciphertext) };
}

function unseal(key: MasterKey, row: SealedSecret): Secret {
  if (row.keyId !== key.id) throw unreadable(row, `encrypted under key ${row.keyId}, ours is ${key.id}`);
  const body = Buffer.from(row.ciphertext);
  const decipher = createDecipheriv(ALGORITHM, key.bytes, row.nonce)
    .setAAD(Buffer.from(row.id))
    .setAuthTag(body.subarray(-TAG_BYTES));
  try {
    const clear = Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
    return new Secret(clear.toString('utf8'));
  } catch (cause) {
    throw unreadable(row, 'its authentication tag does not match: the row was changed', cause);
  }
}

function unreadable(row: SealedSecret, detail: string, cause?: unknown): AppError {
  return new AppError('MASTER_KEY_WRONG', { message: `cannot read the ${row.purpose}`, detail, cause });
}

const bytes = (buffer: Buffer) => new Uint8Array(buffer);
