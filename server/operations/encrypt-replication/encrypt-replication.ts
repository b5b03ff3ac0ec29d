import { defineOperation, POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../pair-world.ts';
import { ENCRYPT_GATES } from './gates.ts';
import { parseEncryptInput, type EncryptInput } from './input.ts';
import { observeEncryption, type EncryptObservation } from './look.ts';
import { followEncrypted, streamsEncrypted } from './steps/follow-encrypted.ts';
import { placeCertificates } from './steps/place-certificates.ts';
import { forgetKeys, recordTls } from './steps/record-tls.ts';
import { requireTls } from './steps/require-tls.ts';
import { serveTls } from './steps/serve-tls.ts';
import { clearTextIsRefused, tlsAnswers } from './steps/tls-answers.ts';
import type { EncryptWorld } from './world.ts';

function titleOf({ renewal, way, pairName }: EncryptInput): Text {
  const own = way === 'own-certificates';
  if (!renewal && !own)
    return text(`Encrypt replication of ${pairName}`, `Die Replikation von ${pairName} verschlüsseln`);
  if (!renewal)
    return text(
      `Encrypt replication of ${pairName} with certificates of your own`,
      `Die Replikation von ${pairName} mit eigenen Zertifikaten verschlüsseln`,
    );
  return own
    ? text(`Give ${pairName} new certificates of your own`, `${pairName} neue eigene Zertifikate geben`)
    : text(`Renew the certificates of ${pairName}`, `Die Zertifikate von ${pairName} erneuern`);
}

/**
 * Replication over TLS, verified by an authority of the pair's own or of the admin's. Nobody is sent over a way that was not
 * tried, and nobody is shut out before everybody is on it: streaming breaks for one reconnect.
 */
export const encryptReplication = defineOperation<EncryptWorld, EncryptObservation, EncryptInput>({
  kind: 'encrypt-replication',
  version: 1,
  title: titleOf,
  parseInput: parseEncryptInput,
  observe: (c) => observeEncryption(c.world, within(c)),
  steps: [
    {
      kind: 'check',
      name: 'may-encrypt',
      group: 'reads',
      server: () => null,
      explain: () =>
        text(
          'Check once more that the pair replicates.',
          'Noch einmal prüfen, dass das Serverpaar repliziert.',
        ),
      expectedMs: () => 500,
      gates: ENCRYPT_GATES,
    },
    placeCertificates('primary'),
    placeCertificates('standby'),
    serveTls('primary'),
    serveTls('standby'),
    tlsAnswers('standby'),
    tlsAnswers('primary'),
    followEncrypted,
    streamsEncrypted,
    requireTls('primary'),
    requireTls('standby'),
    clearTextIsRefused,
    recordTls,
    POINT_OF_NO_RETURN,
    forgetKeys,
  ],
});
