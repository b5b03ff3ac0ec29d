import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { CertificateNames } from '#server/domain/certificate-names.ts';
import type { Text } from '#server/domain/plan.ts';
import type { Secret } from '#server/domain/secret.ts';
import { text } from '#server/domain/text.ts';

/** What cannot be read, and what to give instead. */
export interface Unreadable {
  what: Text;
  fix: Text;
}

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*CERTIFICATE-----/g;
const KEY = /-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----[^]*?-----END [A-Z0-9 ]*PRIVATE KEY-----/g;
const IS_ENCRYPTED = /^-----BEGIN ENCRYPTED |^Proc-Type:.*ENCRYPTED/m;
const WHOLE_FILE = text(
  'Give the whole file in PEM, with its BEGIN and END lines.',
  'Geben Sie die ganze Datei in PEM an, mit den Zeilen BEGIN und END.',
);

/** All certificates of a text, in its order; everything else in it is left aside. */
export function readCertificates(pem: Secret): X509Certificate[] | Unreadable {
  const blocks = pem.reveal().match(CERTIFICATE) ?? [];
  if (blocks.length === 0)
    return { what: text('there is no certificate in it', 'darin ist kein Zertifikat'), fix: WHOLE_FILE };
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return {
      what: text('a certificate in it cannot be read', 'ein Zertifikat darin ist nicht lesbar'),
      fix: WHOLE_FILE,
    };
  }
}

/** The one private key of a text. */
export function readKey(pem: Secret): KeyObject | Unreadable {
  const blocks = [...pem.reveal().matchAll(KEY)];
  const [block] = blocks;
  if (block === undefined || blocks.length > 1)
    return {
      what: text(
        `there are ${blocks.length} private keys in it instead of one`,
        `darin sind ${blocks.length} private Schlüssel statt einem`,
      ),
      fix: WHOLE_FILE,
    };
  if (IS_ENCRYPTED.test(block[0])) return ENCRYPTED;
  try {
    return createPrivateKey(block[0]);
  } catch {
    return {
      what: text('the private key cannot be read', 'der private Schlüssel ist nicht lesbar'),
      fix: text(
        'Give an RSA or ECDSA key in PEM: openssl pkey -in key -out key.pem writes one.',
        'Geben Sie einen RSA- oder ECDSA-Schlüssel in PEM an: openssl pkey -in key -out key.pem schreibt ihn.',
      ),
    };
  }
}

const ENCRYPTED: Unreadable = {
  what: text(
    'the private key is protected by a passphrase',
    'der private Schlüssel ist mit einer Passphrase geschützt',
  ),
  fix: text(
    'PostgreSQL has to read it at each start without anybody there: openssl pkey -in key.pem -out plain.pem takes the passphrase away.',
    'PostgreSQL muss ihn bei jedem Start ohne Hilfe lesen: openssl pkey -in key.pem -out plain.pem entfernt die Passphrase.',
  ),
};

const ALT_NAME = /(?:^|, )(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** Its names as libpq looks at them. */
export function certificateNames({ subject, subjectAltName }: X509Certificate): CertificateNames {
  const entries = [...(subjectAltName ?? '').matchAll(ALT_NAME)];
  const of = (kind: string) => entries.filter((each) => each[1] === kind).map((each) => each[2] ?? '');
  return {
    commonName: /^CN=(.*)$/m.exec(subject)?.[1] ?? null,
    dns: of('DNS'),
    ips: of('IP Address'),
  };
}
