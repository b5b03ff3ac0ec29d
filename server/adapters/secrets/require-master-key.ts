import { AppError } from '#server/errors/app-error.ts';
import type { SecretRows } from '#server/ports/secret-store.ts';
import { createMasterKey, keyFileOf, readMasterKey, type MasterKey } from './master-key.ts';

const NAMED_AT_MOST = 20;

/**
 * The master key, after looking whether it fits the secrets there are; made anew only while there
 * are none. Rejects MASTER_KEY_MISSING or MASTER_KEY_WRONG, saying what would be lost.
 */
export async function requireMasterKey(
  o: { masterKey: string | undefined; stateDirectory: string },
  rows: SecretRows,
): Promise<MasterKey> {
  const key = readMasterKey(o);
  const unreadable = await rows.purposesUnderOtherKeys(key?.id ?? '');
  if (unreadable.length === 0) return key ?? createMasterKey(o.stateDirectory);
  if (key) throw wrong(key, unreadable);
  throw missing(keyFileOf(o.stateDirectory), unreadable);
}

function missing(file: string, purposes: string[]): AppError {
  return new AppError('MASTER_KEY_MISSING', {
    message: `the master key is missing, and ${count(purposes)} cannot be read without it`,
    detail: list(purposes),
    hint: `Put ${file} back from your backup or set TANDEM_MASTER_KEY. Without the key these secrets are lost and must be entered again.`,
  });
}

function wrong(key: MasterKey, purposes: string[]): AppError {
  return new AppError('MASTER_KEY_WRONG', {
    message: `the master key of ${key.source} does not fit ${count(purposes)}`,
    detail: list(purposes),
    hint: 'Start with the key that they were stored under. Without it these secrets are lost and must be entered again.',
  });
}

const count = (purposes: string[]) => `${purposes.length} stored secret${purposes.length === 1 ? '' : 's'}`;

function list(purposes: string[]): string {
  const more = purposes.length - NAMED_AT_MOST;
  return [...purposes.slice(0, NAMED_AT_MOST), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
