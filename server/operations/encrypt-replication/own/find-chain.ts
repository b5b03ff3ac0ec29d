import type { X509Certificate } from 'node:crypto';

type Allows = (certificate: X509Certificate) => boolean;

const isSame = (a: X509Certificate, b: X509Certificate): boolean => a.fingerprint256 === b.fingerprint256;
const issued = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/**
 * The chain from a certificate up to a root among the authorities, both included; null = there is none.
 * libpq, too, ends at a root only: an intermediate that is trusted alone is not enough for it. `allows` says
 * which issuers may be part of it.
 */
export function findChain(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  allows: Allows = () => true,
): X509Certificate[] | null {
  const pool = [...authorities, ...intermediates];
  const isRoot = (each: X509Certificate): boolean =>
    issued(each, each) && authorities.some((authority) => isSame(authority, each));
  const climb = (chain: X509Certificate[]): X509Certificate[] | null => {
    const last = chain.at(-1);
    if (last === undefined) return null;
    if (isRoot(last)) return chain;
    for (const issuer of pool) {
      if (chain.some((each) => isSame(each, issuer)) || !allows(issuer) || !issued(issuer, last)) continue;
      const whole = climb([...chain, issuer]);
      if (whole !== null) return whole;
    }
    return null;
  };
  return climb([leaf]);
}
