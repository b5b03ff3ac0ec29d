import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';

const KEY_BYTES = 32;

/** The key that all secrets are encrypted under. */
export interface MasterKey {
  /** Tells keys apart without giving anything away; stored with each secret. */
  id: string;
  bytes: Buffer;
  /** An independent 32-byte key for another use, base64. */
  derive(purpose: string): Secret;
  /** Where it comes from, for messages. */
  source: string;
}

export const keyFileOf = (stateDirectory: string) => path.join(stateDirectory, 'master.key');

/** The key of TANDEM_MASTER_KEY or of the key file; null when there is neither. */
export function readMasterKey(o: {
  masterKey: string | undefined;
  stateDirectory: string;
}): MasterKey | null {
  if (o.masterKey !== undefined) return toMasterKey(o.masterKey, 'TANDEM_MASTER_KEY');
  const file = keyFileOf(o.stateDirectory);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return null;
  if ((stat.mode & 0o077) !== 0) throw tooOpen(file, stat.mode);
  return toMasterKey(readFileSync(file, 'utf8').trim(), file);
}

/** Makes the key file, 0600, with a new key; never replaces one. */
export function createMasterKey(stateDirectory: string): MasterKey {
  mkdirSync(stateDirectory, { recursive: true });
  const file = keyFileOf(stateDirectory);
  const text = randomBytes(KEY_BYTES).toString('base64');
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${text}\n`);
  } finally {
    closeSync(handle);
  }
  return toMasterKey(text, file);
}

function toMasterKey(text: string, source: string): MasterKey {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  if (bytes.length !== KEY_BYTES) {
    throw new AppError('MASTER_KEY_WRONG', {
      message: `${source} holds no master key`,
      detail: `it has ${bytes.length} bytes, a key has ${KEY_BYTES}`,
      hint: 'Put the original key file back from your backup.',
    });
  }
  const deriveBytes = (purpose: string) => Buffer.from(hkdfSync('sha256', bytes, '', purpose, KEY_BYTES));
  return {
    id: createHash('sha256').update(deriveBytes('tandem key id')).digest('hex').slice(0, 16),
    bytes,
    derive: (purpose) => new Secret(deriveBytes(`tandem ${purpose}`).toString('base64')),
    source,
  };
}

function tooOpen(file: string, mode: number): AppError {
  return new AppError('MASTER_KEY_WRONG', {
    message: 'the master key file can be read by others',
    detail: `${file} has mode ${(mode & 0o777).toString(8)}, needed is 600`,
    hint: `Run chmod 600 ${file}; consider the secrets known to whoever could read it.`,
  });
}
