import type { Text } from './plan.ts';
import type { Secret } from './secret.ts';

/** What an admin gives for one server: PEM of its certificate with the intermediates, and of its key. */
export interface GivenCertificate {
  certificate: Secret;
  key: Secret;
}

/** Certificates of the admin's own. All of it is held as a secret: a key may lie in any of the files. */
export interface OwnCertificates {
  /** PEM of the authority or authorities with which each node verifies the other one. */
  authority: Secret;
  primary: GivenCertificate;
  standby: GivenCertificate;
}

export const CERTIFICATE_FIELDS = [
  'authority',
  'primary.certificate',
  'primary.key',
  'standby.certificate',
  'standby.key',
] as const;
export type CertificateField = (typeof CERTIFICATE_FIELDS)[number];

/** One thing that is wrong with a certificate or a key, and what mends it. */
export interface CertificateFinding {
  what: Text;
  fix: Text;
}

export interface CertificateProblem extends CertificateFinding {
  field: CertificateField;
}

/** What a certificate of a server says of itself. */
export interface CertificateView {
  server: string;
  /** The name or address that the other node expects there. */
  expects: string;
  subject: string;
  issuer: string;
  /** When the first certificate of its chain ends, ms since epoch. */
  notAfterMs: number;
}

/** The judgement of certificates before anything is changed; they can be used when there is no problem. */
export interface CertificatesVerdict {
  problems: CertificateProblem[];
  warnings: Text[];
  certificates: CertificateView[];
}
