import { TLS_FILES } from './pair-tls.ts';

/** The passwords of replication and rewind, on both nodes. */
export const PASSFILE = 'tandem.pgpass';

/** In the data directory: a base backup carries it to the other node, so both hold it. */
export function passfilePath(dataDirectory: string): string {
  return `${dataDirectory}/${PASSFILE}`;
}

/** The files that `postgres` cannot start without, in the directory of its configuration. */
export const MAIN_FILES = ['postgresql.conf', 'pg_hba.conf', 'pg_ident.conf'] as const;

/** Where PostgreSQL looks for a certificate by default: it is for this node's name, and a node without it does not start. */
const SERVER_CERTIFICATE = ['server.crt', 'server.key', 'root.crt', 'root.crl'] as const;

/** Files in the data directory that are the node's own: pg_rewind and a base backup bring the other one's. */
export const OWN_FILES = [
  ...MAIN_FILES,
  'postgresql.auto.conf',
  PASSFILE,
  TLS_FILES.authority,
  TLS_FILES.certificate,
  TLS_FILES.key,
  ...SERVER_CERTIFICATE,
] as const;
