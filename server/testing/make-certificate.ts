import 'reflect-metadata';
import { createPrivateKey } from 'node:crypto';
import * as x509 from '@peculiar/x509';

export interface MadeCertificate {
  pem: string;
  keyPem: string;
  certificate: x509.X509Certificate;
  keys: CryptoKeyPair;
}

const ALGORITHMS = {
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ed25519: { name: 'Ed25519', namedCurve: 'Ed25519', hash: 'SHA-512' },
  rsa1024: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 1_024,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
} as const;
const DAY_MS = 24 * 3_600_000;

/** A certificate as a company's authority may issue it, with any mistake; without `issuer` it signs itself. */
export async function makeCertificate(o: {
  nowMs: number;
  commonName: string;
  issuer?: MadeCertificate;
  ca?: boolean;
  dns?: readonly string[];
  ips?: readonly string[];
  /** Purposes by their OID; absent = it limits nothing. */
  uses?: readonly string[];
  fromDays?: number;
  days?: number;
  algorithm?: keyof typeof ALGORITHMS;
  hash?: 'SHA-1';
}): Promise<MadeCertificate> {
  const algorithm = ALGORITHMS[o.algorithm ?? 'ecdsa'];
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names: x509.JsonGeneralNames = [
    ...(o.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(o.ips ?? []).map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(8)))
      .toString('hex')
      .replace(/^./, '4'),
    subject: [{ CN: [o.commonName] }],
    issuer: o.issuer?.certificate.subject ?? [{ CN: [o.commonName] }],
    notBefore: new Date(o.nowMs + (o.fromDays ?? -1) * DAY_MS),
    notAfter: new Date(o.nowMs + (o.days ?? 365) * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: o.issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: o.hash === undefined ? algorithm : { ...algorithm, hash: o.hash },
    extensions: [
      new x509.BasicConstraintsExtension(o.ca ?? false, undefined, true),
      ...(o.uses === undefined ? [] : [new x509.ExtendedKeyUsageExtension([...o.uses])]),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  });
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return {
    pem: `${certificate.toString('pem')}\n`,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate,
    keys,
  };
}
