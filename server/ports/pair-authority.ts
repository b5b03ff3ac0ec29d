import type { Secret } from '#server/domain/secret.ts';

export interface Issued {
  /** PEM. */
  certificate: string;
  /** PKCS #8, PEM. */
  key: Secret;
  notAfterMs: number;
}

/** Makes certificates of a small authority per pair. */
export interface PairAuthority {
  /** A new authority, named for people. */
  create(name: string): Promise<Issued>;
  /** A server certificate for the address (an IP address or a name) under which the other node connects. */
  issue(o: { certificate: string; key: Secret; address: string }): Promise<Issued>;
}
