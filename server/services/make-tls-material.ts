import type { PairTls } from '#server/domain/pair-tls.ts';
import type { EncryptInput } from '#server/operations/encrypt-replication/input.ts';
import type { PairAuthority } from '#server/ports/pair-authority.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';

export interface TlsDeps {
  secrets: SecretStore;
  authority: PairAuthority;
}

/**
 * Certificates for both nodes, of the pair's own authority or of a new one. Keys lie in the store of secrets
 * before a run reads them; the input holds only their ids.
 */
export async function makeTlsMaterial(
  { secrets, authority }: TlsDeps,
  input: EncryptInput,
  now: PairTls | null,
): Promise<EncryptInput> {
  const ca = await authorityOf({ secrets, authority }, input.pairName, now);
  const issue = async ({ address, serverName }: EncryptInput['primary']) => {
    const { certificate, key, notAfterMs } = await authority.issue({ ...ca, address });
    const keySecretId = await secrets.put(`TLS key of ${serverName} (${input.pairName})`, key);
    return { issued: { certificate, keySecretId, name: null }, notAfterMs };
  };
  const [primary, standby] = [await issue(input.primary), await issue(input.standby)];
  return {
    ...input,
    material: {
      authority: { certificate: ca.certificate, keySecretId: ca.keySecretId },
      primary: primary.issued,
      standby: standby.issued,
      notAfterMs: Math.min(primary.notAfterMs, standby.notAfterMs),
    },
  };
}

async function authorityOf({ secrets, authority }: TlsDeps, pairName: string, now: PairTls | null) {
  if (now !== null && now.caSecretId !== null) {
    const { caCertificate: certificate, caSecretId: keySecretId } = now;
    return { certificate, keySecretId, key: await secrets.get(keySecretId) };
  }
  const { certificate, key } = await authority.create(`Tandem: ${pairName}`);
  return { certificate, key, keySecretId: await secrets.put(`authority of the pair ${pairName}`, key) };
}
