import { parseIp } from './ip-address.ts';

/** Names of a server certificate, as libpq reads them. */
export interface CertificateNames {
  /** The first one of the subject; null = it has none. */
  commonName: string | null;
  /** dNSName entries of its subjectAltName, with wildcards. */
  dns: readonly string[];
  /** iPAddress entries. */
  ips: readonly string[];
}

/** libpq compares addresses of a subjectAltName from this major on; before, the common name alone. */
const IP_NAMES_SINCE = 15;

/**
 * Whether libpq of that major accepts the certificate with sslmode=verify-full when it connects to `host`. As
 * in its own code: a common name counts only while no entry of the kind that is looked for exists.
 */
export function namesHost({ commonName, dns, ips }: CertificateNames, host: string, major: number): boolean {
  const ip = parseIp(host);
  const readsIps = major >= IP_NAMES_SINCE;
  if (dns.some((name) => matches(name, host))) return true;
  if (readsIps && ip !== null && ips.some((entry) => sameIp(entry, host))) return true;
  const ignoresCommonName = readsIps && ip !== null ? ips.length > 0 : dns.length > 0;
  return !ignoresCommonName && commonName !== null && matches(commonName, host);
}

/** Compares two addresses, however each is written. */
export function sameIp(one: string, other: string): boolean {
  const [a, b] = [parseIp(one), parseIp(other)];
  return a !== null && b !== null && a.bits === b.bits && a.value === b.value;
}

/** A wildcard stands for exactly one label, the first. */
function matches(pattern: string, host: string): boolean {
  const [name, wanted] = [pattern.toLowerCase(), host.toLowerCase()];
  if (name === wanted) return true;
  if (!name.startsWith('*.') || !wanted.endsWith(name.slice(1))) return false;
  const label = wanted.slice(0, wanted.length - name.length + 1);
  return label !== '' && !label.includes('.');
}
