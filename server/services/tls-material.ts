import { invalidField } from '#server/domain/invalid-field.ts';
import type { OwnCertificates } from '#server/domain/own-certificates.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { EncryptInput } from '#server/operations/encrypt-replication/input.ts';
import type { ChangeStore } from '#server/ports/change-store.ts';
import type { Clock } from '#server/ports/clock.ts';
import { makeTlsMaterial, type TlsDeps } from './make-tls-material.ts';
import { ownTlsMaterial } from './own-tls-material.ts';

export interface TlsMaterialDeps extends TlsDeps {
  changes: ChangeStore;
  clock: Clock;
}

/**
 * The input with certificates of whom its plan says, and the secrets that were stored for this run alone.
 * Rejects INVALID_INPUT and NOT_FOUND, and has stored nothing then.
 */
export async function tlsMaterial(
  deps: TlsMaterialDeps,
  input: EncryptInput,
  given: OwnCertificates | null,
): Promise<{ input: EncryptInput; secretIds: string[] }> {
  const pair = (await deps.changes.pairs()).find((each) => each.pairId === input.pairId);
  if (pair === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such pair' });
  requireGiven(input, given);
  const ready =
    given === null
      ? await makeTlsMaterial(deps, input, pair.tls)
      : await ownTlsMaterial(deps, input, pair, given);
  return { input: ready, secretIds: secretsOf(ready).filter((id) => id !== pair.tls?.caSecretId) };
}

function secretsOf({ material }: EncryptInput): string[] {
  const { authority, primary, standby } = material ?? {};
  const ids = [primary?.keySecretId, standby?.keySecretId, authority?.keySecretId ?? undefined];
  return ids.filter((id) => id !== undefined);
}

/** The plan says whose certificates are written; it must be those. */
function requireGiven({ way }: EncryptInput, given: OwnCertificates | null): void {
  if ((way === 'own-certificates') === (given !== null)) return;
  throw given === null
    ? invalidField(
        'certificates',
        'none were given',
        'Give an authority, and a certificate with its key for each server.',
      )
    : invalidField(
        'way',
        'certificates were given, and the plan makes new ones',
        'Choose certificates of your own.',
      );
}
