import type { X509Certificate } from 'node:crypto';
import { namesHost, sameIp, type CertificateNames } from '#server/domain/certificate-names.ts';
import { parseIp } from '#server/domain/ip-address.ts';
import type {
  CertificateField,
  CertificateFinding,
  CertificatesVerdict,
  OwnCertificates,
} from '#server/domain/own-certificates.ts';
import type { Text } from '#server/domain/plan.ts';
import { RENEW_BEFORE_MS } from '#server/domain/pair-tls.ts';
import { Secret } from '#server/domain/secret.ts';
import { text } from '#server/domain/text.ts';
import { otherSide, SIDES, type Side } from '../input.ts';
import { findChain } from './find-chain.ts';
import { endOf, findingOf, shortName } from './judge-chain.ts';
import { certificateNames, readCertificates, readKey } from './read-pem.ts';

export interface CertificateFacts {
  nowMs: number;
  /** Of PostgreSQL on both nodes: it says what libpq compares. */
  majorVersion: number;
  primary: { serverName: string; address: string };
  standby: { serverName: string; address: string };
}

/** Ready to be written: the certificate with its intermediates, and its key without anything around it. */
export interface ReadyCertificate {
  certificate: string;
  key: Secret;
  /** A name that the other node expects instead of the address; null = the address. */
  name: string | null;
}

export interface CheckedCertificates {
  verdict: CertificatesVerdict;
  /** Null = there are problems. */
  ready: (Record<Side, ReadyCertificate> & { authority: string; notAfterMs: number }) | null;
}

/** Judges certificates that an admin gave, before anything is stored or changed: all problems at once. */
export function checkOwnCertificates(given: OwnCertificates, facts: CertificateFacts): CheckedCertificates {
  const verdict: CertificatesVerdict = { problems: [], warnings: [], certificates: [] };
  const found = readCertificates(given.authority);
  if ('what' in found) verdict.problems.push({ field: 'authority', ...found });
  const authorities = 'what' in found ? null : found;
  const [primary, standby] = SIDES.map((side) => checkSide(given, side, authorities, facts, verdict));
  if (!primary || !standby || authorities === null || verdict.problems.length > 0)
    return { verdict, ready: null };
  const ends = verdict.certificates.map((each) => each.notAfterMs);
  const ready = { primary, standby, authority: pemOf(authorities), notAfterMs: Math.min(...ends) };
  return { verdict, ready };
}

const pemOf = (certificates: readonly X509Certificate[]): string =>
  certificates.map((each) => `${each.toString().trim()}\n`).join('');

/** Adds what it finds to the verdict; null = this side cannot be used. */
function checkSide(
  given: OwnCertificates,
  side: Side,
  authorities: X509Certificate[] | null,
  facts: CertificateFacts,
  verdict: CertificatesVerdict,
): ReadyCertificate | null {
  const blame = (part: 'certificate' | 'key', finding: CertificateFinding): null => {
    const field: CertificateField = `${side}.${part}`;
    verdict.problems.push({ field, ...finding });
    return null;
  };
  const certificates = readCertificates(given[side].certificate);
  const key = readKey(given[side].key);
  if ('what' in certificates) blame('certificate', certificates);
  if ('what' in key) blame('key', key);
  if ('what' in certificates || 'what' in key) return null;
  const leaf = certificates.find((each) => each.checkPrivateKey(key));
  if (leaf === undefined) return blame('key', notItsKey(certificates, facts[side].serverName));
  const named = judgeLeaf(leaf, side, facts);
  if ('what' in named) return blame('certificate', named);
  if (authorities === null) return null;
  const chain = chainOf(leaf, certificates, authorities, facts.nowMs);
  if ('what' in chain) return blame('certificate', chain);
  describeSide(chain, side, named.expects, facts, verdict);
  // Who verifies has the root; whoever has the root alone needs everything below it.
  const sent = chain.length > 1 ? chain.slice(0, -1) : chain;
  return {
    certificate: pemOf(sent),
    key: new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString()),
    name: named.expects === facts[side].address ? null : named.expects,
  };
}

function judgeLeaf(
  leaf: X509Certificate,
  side: Side,
  facts: CertificateFacts,
): CertificateFinding | { expects: string } {
  const own = findingOf(leaf, 'leaf', facts.nowMs);
  if (own !== null) return own;
  const expects = expectedName(certificateNames(leaf), facts[side], facts.majorVersion);
  return expects === null ? wrongName(leaf, side, facts) : { expects };
}

function chainOf(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  nowMs: number,
): X509Certificate[] | CertificateFinding {
  const good = findChain(
    leaf,
    intermediates,
    authorities,
    (issuer) => findingOf(issuer, 'issuer', nowMs) === null,
  );
  if (good !== null) return good;
  const any = findChain(leaf, intermediates, authorities) ?? [];
  for (const issuer of any.slice(1)) {
    const finding = findingOf(issuer, 'issuer', nowMs);
    if (finding !== null) return finding;
  }
  return {
    what: text(
      `${shortName(leaf)} leads to no root certificate of the given authority (its issuer is ${leaf.issuer.replaceAll('\n', ', ')})`,
      `${shortName(leaf)} führt zu keinem Wurzelzertifikat der angegebenen Zertifizierungsstelle (Aussteller ist ${leaf.issuer.replaceAll('\n', ', ')})`,
    ),
    fix: text(
      'Add the intermediate certificates below the certificate, and give the root certificate as the authority: an intermediate alone is not enough for libpq.',
      'Fügen Sie die Zwischenzertifikate unter dem Zertifikat an, und geben Sie das Wurzelzertifikat als Zertifizierungsstelle an: Ein Zwischenzertifikat allein genügt libpq nicht.',
    ),
  };
}

function notItsKey(certificates: readonly X509Certificate[], serverName: string): CertificateFinding {
  const names = certificates.map(shortName).join('; ');
  return {
    what: text(
      `the private key belongs to none of the certificates for ${serverName} (${names})`,
      `der private Schlüssel gehört zu keinem der Zertifikate für ${serverName} (${names})`,
    ),
    fix: text(
      'Give the key with which this certificate was requested.',
      'Geben Sie den Schlüssel an, mit dem dieses Zertifikat angefordert wurde.',
    ),
  };
}

/** The address, or a name of the certificate that the other node may expect at that address; null = neither. */
function expectedName(
  names: CertificateNames,
  { serverName, address }: { serverName: string; address: string },
  major: number,
): string | null {
  if (namesHost(names, address, major)) return address;
  // At a fixed address libpq can expect any name (hostaddr). Who names addresses meant another one.
  if (parseIp(address) === null) return null;
  if (names.ips.length > 0 && !names.ips.some((ip) => sameIp(ip, address))) return null;
  const all = names.dns.length > 0 ? names.dns : [names.commonName ?? ''];
  const candidates = all.filter((name) => HOST_NAME.test(name) && namesHost(names, name, major));
  const isServer = (name: string): boolean => name.split('.')[0]?.toLowerCase() === serverName.toLowerCase();
  return candidates.find(isServer) ?? candidates[0] ?? null;
}

/** No wildcard, which stands for many, and no common name that is a name for people. */
const HOST_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;

function wrongName(leaf: X509Certificate, side: Side, facts: CertificateFacts): CertificateFinding {
  const { address } = facts[side];
  const partner = facts[otherSide(side)].serverName;
  const { commonName, dns, ips } = certificateNames(leaf);
  const named =
    [...new Set([...(commonName === null ? [] : [commonName]), ...dns, ...ips])].join(', ') || '–';
  const kind = parseIp(address) === null ? 'DNS' : 'IP';
  const old =
    kind === 'IP' && facts.majorVersion < 15
      ? text(
          ` PostgreSQL ${facts.majorVersion} compares an address with the common name alone: CN=${address}, and no DNS name beside it.`,
          ` PostgreSQL ${facts.majorVersion} vergleicht eine Adresse allein mit dem Common Name: CN=${address}, und kein DNS-Name daneben.`,
        )
      : text('', '');
  return {
    what: text(
      `it is valid for ${named}, and ${partner} connects to ${address}`,
      `es gilt für ${named}, und ${partner} verbindet sich zu ${address}`,
    ),
    fix: text(
      `Have it issued with subjectAltName ${kind}:${address}.${old.en}`,
      `Lassen Sie es mit subjectAltName ${kind}:${address} ausstellen.${old.de}`,
    ),
  };
}

function expectsName(side: Side, name: string, facts: CertificateFacts): Text {
  const [{ serverName, address }, partner] = [facts[side], facts[otherSide(side)].serverName];
  return text(
    `The certificate of ${serverName} names no address: ${partner} goes on connecting to ${address} and expects the name ${name} there.`,
    `Das Zertifikat von ${serverName} nennt keine Adresse: ${partner} verbindet sich weiterhin zu ${address} und erwartet dort den Namen ${name}.`,
  );
}

function describeSide(
  chain: readonly X509Certificate[],
  side: Side,
  expects: string,
  facts: CertificateFacts,
  verdict: CertificatesVerdict,
): void {
  const [leaf] = chain;
  if (leaf === undefined) return;
  const { serverName: server, address } = facts[side];
  const first = chain.reduce((a, b) => (endOf(b) < endOf(a) ? b : a), leaf);
  const notAfterMs = endOf(first);
  const issuer = leaf.issuer.replaceAll('\n', ', ');
  verdict.certificates.push({ server, expects, subject: shortName(leaf), issuer, notAfterMs });
  if (expects !== address) verdict.warnings.push(expectsName(side, expects, facts));
  if (notAfterMs - facts.nowMs >= RENEW_BEFORE_MS) return;
  const day = new Date(notAfterMs).toISOString().slice(0, 10);
  verdict.warnings.push(
    text(
      `${server}: ${shortName(first)} ends on ${day}, in less than 30 days.`,
      `${server}: ${shortName(first)} endet am ${day}, in weniger als 30 Tagen.`,
    ),
  );
}
