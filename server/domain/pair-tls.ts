import { hostCalled } from './conninfo.ts';

/** Replication of a pair that is encrypted, and by whose certificates. */
export interface PairTls {
  /** Where the private key of the pair's own authority lies; null = the certificates are the admin's own. */
  caSecretId: string | null;
  /** PEM; of the admin's own also several authorities. */
  caCertificate: string;
  /** When the certificate that ends first does, ms since epoch. */
  notAfterMs: number;
  /** Per instance, the name that the other node expects in its certificate; without one, its address. */
  names: TlsNames;
}

export type TlsNames = Readonly<Record<string, string>>;

/** In the data directory of each node; its own, like its passwords. */
export const TLS_FILES = {
  authority: 'tandem-ca.crt',
  certificate: 'tandem-server.crt',
  key: 'tandem-server.key',
} as const;

const DAY_MS = 24 * 3_600_000;
/** From then on the page asks for new certificates. */
export const RENEW_BEFORE_MS = 30 * DAY_MS;

export const shouldRenew = (tls: Pick<PairTls, 'notAfterMs'>, nowMs: number): boolean =>
  tls.notAfterMs - nowMs < RENEW_BEFORE_MS;

/** Where libpq connects, and which name it expects there. */
export function tlsHost(
  node: { instanceId: string; address: string },
  names: TlsNames,
): { host: string; hostaddr?: string } {
  return hostCalled(node.address, names[node.instanceId]);
}

/**
 * How libpq connects to the other node: verified by the authority whose certificate lies in `directory`, or
 * encrypted only where the server offers it.
 */
export function tlsConninfo(tls: boolean, directory: string): Record<string, string> {
  return tls
    ? { sslmode: 'verify-full', sslrootcert: `${directory}/${TLS_FILES.authority}` }
    : { sslmode: 'prefer' };
}
