import 'reflect-metadata';
import { createPrivateKey } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { Secret } from '#server/domain/secret.ts';
import type { Issued, PairAuthority } from '#server/ports/pair-authority.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const USES: ('sign' | 'verify')[] = ['sign', 'verify'];
const DAY_MS = 24 * 3_600_000;
const AUTHORITY_DAYS = 7_300;
const SERVER_DAYS = 365;
/** Clocks of hosts differ. */
const BEFORE_MS = 3_600_000;
const SERIAL_BYTES = 16;

/** ECDSA on P-256: read by every OpenSSL that PostgreSQL is built with. */
export function createPairAuthority(nowMs: () => number = Date.now): PairAuthority {
  const validity = (days: number) => ({
    notBefore: new Date(nowMs() - BEFORE_MS),
    notAfter: new Date(nowMs() + days * DAY_MS),
  });
  return {
    create: async (name) => {
      const keys = await crypto.subtle.generateKey(ALGORITHM, true, USES);
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        serialNumber: serial(),
        name: commonName(name),
        ...validity(AUTHORITY_DAYS),
        signingAlgorithm: ALGORITHM,
        keys,
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return issued(certificate, keys.privateKey);
    },
    issue: async ({ certificate, key, address }) => {
      const authority = new x509.X509Certificate(certificate);
      const keys = await crypto.subtle.generateKey(ALGORITHM, true, USES);
      const made = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        // libpq before PostgreSQL 15 compares an IP address with the common name only.
        subject: commonName(address),
        issuer: authority.subject,
        ...validity(SERVER_DAYS),
        signingAlgorithm: ALGORITHM,
        publicKey: keys.publicKey,
        signingKey: await importKey(key),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([
            { type: isIP(address) === 0 ? 'dns' : 'ip', value: address },
          ]),
          await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return issued(made, keys.privateKey);
    },
  };
}

/** As a structure, not as text: a name may hold any character. */
const commonName = (name: string): x509.JsonName => [{ CN: [name.slice(0, 64)] }];

function serial(): string {
  const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(SERIAL_BYTES)));
  // RFC 5280: positive, and not longer than 20 bytes.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function importKey(key: Secret): Promise<CryptoKey> {
  const der = createPrivateKey(key.reveal()).export({ type: 'pkcs8', format: 'der' });
  return crypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

async function issued(certificate: x509.X509Certificate, key: CryptoKey): Promise<Issued> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  });
  return {
    certificate: `${certificate.toString('pem').trim()}\n`,
    key: new Secret(pem.toString()),
    notAfterMs: certificate.notAfter.getTime(),
  };
}
