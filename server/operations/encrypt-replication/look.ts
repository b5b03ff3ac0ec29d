import { X509Certificate } from 'node:crypto';
import type { SettingRow } from '#server/ports/postgres-admin.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { observePair, type AdoptObservation } from '../adopt-pair/observation.ts';
import type { OperationNode, PairWorld } from '../pair-world.ts';
import type { Side } from './input.ts';

export const TLS_SETTINGS = ['ssl', 'ssl_cert_file', 'ssl_key_file'] as const;
const LOOKED_AT = [...TLS_SETTINGS, 'ssl_library'] as const;

/** What a certificate says of itself. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  names: string;
  notAfterMs: number;
}

export interface NodeTls {
  settings: Map<string, SettingRow>;
  /** Of the certificate that it presents; null = none, or it cannot be read. */
  certificate: CertificateFacts | null;
}

/** A pair that replicates, and how encrypted. */
export interface EncryptObservation extends AdoptObservation {
  tls: Record<Side, NodeTls>;
  /** Whether each streaming standby is encrypted. */
  encryption: { applicationName: string; version: string | null }[];
}

export async function observeEncryption(
  world: Pick<PairWorld, 'primary' | 'standby' | 'clock'>,
  wait: Wait,
): Promise<EncryptObservation> {
  const [base, primary, standby, encryption] = await Promise.all([
    observePair(world, wait),
    lookAtTls(world.primary, wait),
    lookAtTls(world.standby, wait),
    world.primary.admin.encryption(wait),
  ]);
  return { ...base, tls: { primary, standby }, encryption };
}

async function lookAtTls({ admin, files, runtime }: OperationNode, wait: Wait): Promise<NodeTls> {
  const settings = await admin.settings(LOOKED_AT, wait);
  if (settings.get('ssl')?.setting !== 'on') return { settings, certificate: null };
  const named = settings.get('ssl_cert_file')?.setting ?? '';
  const path = named.startsWith('/') ? named : `${runtime.location.dataDirectory}/${named}`;
  const file = await files.read(path, wait).catch(() => null);
  return { settings, certificate: file === null ? null : factsOf(file) };
}

/** Null = it is no certificate. */
function factsOf(pem: Buffer): CertificateFacts | null {
  try {
    const { subject, issuer, subjectAltName, validTo } = new X509Certificate(pem);
    return { subject, issuer, names: subjectAltName ?? '', notAfterMs: Date.parse(validTo) };
  } catch {
    return null;
  }
}
