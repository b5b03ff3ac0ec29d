/** Replication of a pair that is encrypted with an authority of the pair's own. */
export interface PairTls {
  /** Where the authority's private key lies. */
  caSecretId: string;
  /** PEM. */
  caCertificate: string;
  /** When the certificate that ends first does, ms since epoch. */
  notAfterMs: number;
}

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

/**
 * How libpq connects to the other node: verified by the pair's own authority, whose certificate lies in
 * `directory`, or encrypted only where the server offers it.
 */
export function tlsConninfo(tls: boolean, directory: string): Record<string, string> {
  return tls
    ? { sslmode: 'verify-full', sslrootcert: `${directory}/${TLS_FILES.authority}` }
    : { sslmode: 'prefer' };
}
