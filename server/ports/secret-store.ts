import type { Secret } from '#server/domain/secret.ts';

/** Where passwords and private keys live, encrypted under the master key. */
export interface SecretStore {
  /** `purpose` is for people ("SSH key of db1"), never the value. Returns the secret's id. */
  put(purpose: string, secret: Secret): Promise<string>;
  /** Rejects NOT_FOUND; MASTER_KEY_WRONG when it was encrypted under another key. */
  get(id: string): Promise<Secret>;
  /** Removing what is not there is no error. */
  remove(id: string): Promise<void>;
}

/** One stored secret, as the database keeps it. */
export interface SealedSecret {
  id: string;
  keyId: string;
  nonce: Uint8Array<ArrayBuffer>;
  /** Ciphertext followed by the 16 bytes of the authentication tag. */
  ciphertext: Uint8Array<ArrayBuffer>;
  purpose: string;
}

/** The table behind a SecretStore. */
export interface SecretRows {
  insert(row: SealedSecret): Promise<void>;
  find(id: string): Promise<SealedSecret | null>;
  remove(id: string): Promise<void>;
  /** Purposes of all secrets that were not encrypted under this key. */
  purposesUnderOtherKeys(keyId: string): Promise<string[]>;
}
