import type { CertificatesVerdict, OwnCertificates } from '#server/domain/own-certificates.ts';
import { invalidField } from '#server/domain/invalid-field.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { EncryptInput, Side } from '#server/operations/encrypt-replication/input.ts';
import { checkOwnCertificates } from '#server/operations/encrypt-replication/own/check-own-certificates.ts';
import type { ChangePair, ChangeStore } from '#server/ports/change-store.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';

const checkFor = ({ majorVersion, primary, standby }: ChangePair, given: OwnCertificates, nowMs: number) =>
  checkOwnCertificates(given, { nowMs, majorVersion, primary, standby });

/** What a person may know before the start; nothing of it is stored. Rejects NOT_FOUND. */
export async function judgeCertificates(
  { changes, clock }: { changes: ChangeStore; clock: Clock },
  pairId: string,
  given: OwnCertificates,
): Promise<CertificatesVerdict> {
  const pair = (await changes.pairs()).find((each) => each.pairId === pairId);
  if (pair === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such pair' });
  return checkFor(pair, given, clock.nowMs()).verdict;
}

/**
 * Certificates that the admin gave. Their keys lie in the store of secrets before a run reads them; the input
 * holds only their ids. Rejects INVALID_INPUT that names the field, and stores nothing then.
 */
export async function ownTlsMaterial(
  { secrets, clock }: { secrets: SecretStore; clock: Clock },
  input: EncryptInput,
  pair: ChangePair,
  given: OwnCertificates,
): Promise<EncryptInput> {
  const { verdict, ready } = checkFor(pair, given, clock.nowMs());
  if (ready === null) throw refusalOf(verdict);
  const keep = async (side: Side) => {
    const { certificate, key, name } = ready[side];
    const purpose = `TLS key of ${input[side].serverName} (${input.pairName})`;
    return { certificate, name, keySecretId: await secrets.put(purpose, key) };
  };
  return {
    ...input,
    material: {
      authority: { certificate: ready.authority, keySecretId: null },
      primary: await keep('primary'),
      standby: await keep('standby'),
      notAfterMs: ready.notAfterMs,
    },
  };
}

function refusalOf({ problems }: CertificatesVerdict): AppError {
  const [first] = problems;
  if (first === undefined) return invalidField('certificates', 'they cannot be used', 'Give others.');
  return invalidField(first.field, first.what.en, first.fix.en);
}
