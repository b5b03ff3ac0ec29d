import type { X509Certificate } from 'node:crypto';
import type { CertificateFinding } from '#server/domain/own-certificates.ts';
import { text } from '#server/domain/text.ts';

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const SHORTEST_RSA_BITS = 2_048;

export const endOf = (certificate: X509Certificate): number => Date.parse(certificate.validTo);
export const shortName = ({ subject }: Pick<X509Certificate, 'subject'>): string =>
  subject?.replaceAll('\n', ', ') || '–';
const day = (at: string): string => new Date(at).toISOString().slice(0, 10);

/** What OpenSSL on the other node would refuse in one certificate of a chain; null = nothing. */
export function findingOf(
  certificate: X509Certificate,
  place: 'leaf' | 'issuer',
  nowMs: number,
): CertificateFinding | null {
  const common =
    dateFinding(certificate, nowMs) ?? useFinding(certificate, place) ?? strengthFinding(certificate);
  return common ?? (place === 'leaf' ? bindingFinding(certificate) : null);
}

function dateFinding(certificate: X509Certificate, nowMs: number): CertificateFinding | null {
  const name = shortName(certificate);
  const { validFrom, validTo } = certificate;
  if (endOf(certificate) <= nowMs)
    return {
      what: text(`${name} ended on ${day(validTo)}`, `${name} ist am ${day(validTo)} abgelaufen`),
      fix: text('Have a new one issued.', 'Lassen Sie ein neues ausstellen.'),
    };
  if (Date.parse(validFrom) > nowMs)
    return {
      what: text(`${name} is not valid before ${validFrom}`, `${name} gilt erst ab ${validFrom}`),
      fix: text(
        'Wait until then, or set the clock of the machine that runs Tandem.',
        'Warten Sie bis dahin, oder stellen Sie die Uhr des Rechners, auf dem Tandem läuft.',
      ),
    };
  return null;
}

function useFinding(certificate: X509Certificate, place: 'leaf' | 'issuer'): CertificateFinding | null {
  const name = shortName(certificate);
  // Undefined when the certificate limits nothing, whatever the declared type says.
  const uses: readonly string[] | undefined = certificate.keyUsage;
  if (uses !== undefined && !uses.includes(SERVER_AUTH))
    return {
      what: text(
        `${name} may not be used for servers (its extended key usage lacks serverAuth)`,
        `${name} darf nicht für Server benutzt werden (in der erweiterten Schlüsselverwendung fehlt serverAuth)`,
      ),
      fix: text('Have it issued for servers.', 'Lassen Sie es für Server ausstellen.'),
    };
  if (place === 'issuer' && !certificate.ca)
    return {
      what: text(
        `${name} may not issue certificates (CA:TRUE is missing)`,
        `${name} darf keine Zertifikate ausstellen (CA:TRUE fehlt)`,
      ),
      fix: text('Give the authority that may.', 'Geben Sie die Zertifizierungsstelle an, die das darf.'),
    };
  return null;
}

/** Tried with PostgreSQL 15: "could not find digest for NID UNDEF", on every login with SCRAM over TLS. */
function bindingFinding(certificate: X509Certificate): CertificateFinding | null {
  const name = shortName(certificate);
  const signedBy = certificate.signatureAlgorithm ?? '';
  if (!/^ed(25519|448)$/i.test(signedBy)) return null;
  return {
    what: text(
      `${name} is signed with ${signedBy}: PostgreSQL finds no digest to bind its passwords to (SCRAM)`,
      `${name} ist mit ${signedBy} unterschrieben: PostgreSQL findet keinen Hash, an den es Passwörter binden kann (SCRAM)`,
    ),
    fix: text(
      'Have it signed by an authority with an RSA or ECDSA key.',
      'Lassen Sie es von einer Zertifizierungsstelle mit RSA- oder ECDSA-Schlüssel unterschreiben.',
    ),
  };
}

/** Debian, Ubuntu and Red Hat refuse these at their usual level of security. */
function strengthFinding(certificate: X509Certificate): CertificateFinding | null {
  const name = shortName(certificate);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const bits = details?.modulusLength ?? SHORTEST_RSA_BITS;
  if (type === 'rsa' && bits < SHORTEST_RSA_BITS)
    return {
      what: text(
        `the RSA key of ${name} has ${bits} bits, OpenSSL refuses fewer than ${SHORTEST_RSA_BITS}`,
        `der RSA-Schlüssel von ${name} hat ${bits} Bit, OpenSSL lehnt weniger als ${SHORTEST_RSA_BITS} ab`,
      ),
      fix: text('Have one with a longer key issued.', 'Lassen Sie eines mit längerem Schlüssel ausstellen.'),
    };
  const signedBy = certificate.signatureAlgorithm ?? '';
  const isRoot = certificate.subject === certificate.issuer;
  if (!isRoot && /sha1|md5/i.test(signedBy))
    return {
      what: text(
        `${name} is signed with ${signedBy}, which OpenSSL refuses`,
        `${name} ist mit ${signedBy} unterschrieben, was OpenSSL ablehnt`,
      ),
      fix: text('Have it signed with SHA-256.', 'Lassen Sie es mit SHA-256 unterschreiben.'),
    };
  return null;
}
