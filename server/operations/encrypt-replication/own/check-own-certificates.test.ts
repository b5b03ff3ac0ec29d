import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OwnCertificates } from '#server/domain/own-certificates.ts';
import { Secret } from '#server/domain/secret.ts';
import { makeCertificate, type MadeCertificate } from '#server/testing/make-certificate.ts';
import { checkOwnCertificates, type CertificateFacts } from './check-own-certificates.ts';

const NOW_MS = Date.UTC(2030, 0, 1);
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const DAY_MS = 24 * 3_600_000;
const FACTS: CertificateFacts = {
  nowMs: NOW_MS,
  majorVersion: 15,
  primary: { serverName: 'db1', address: '10.0.0.1' },
  standby: { serverName: 'db2', address: '10.0.0.2' },
};
type Wish = Partial<Parameters<typeof makeCertificate>[0]>;
const make = (o: Wish) => makeCertificate({ nowMs: NOW_MS, commonName: 'x', ...o });

let root: MadeCertificate;
let middle: MadeCertificate;
let db1: MadeCertificate;
let db2: MadeCertificate;

beforeAll(async () => {
  root = await make({ commonName: 'Company Root', ca: true, days: 3_000 });
  middle = await make({ commonName: 'Company Servers', ca: true, issuer: root, days: 1_000 });
  db1 = await make({ commonName: 'db1', issuer: middle, ips: ['10.0.0.1'], days: 300 });
  db2 = await make({ commonName: 'db2', issuer: middle, ips: ['10.0.0.2'], days: 200 });
});

const given = (o: {
  authority?: string;
  primary?: { certificate?: string; key?: string };
  standby?: { certificate?: string; key?: string };
}): OwnCertificates => {
  const side = (made: MadeCertificate, p: { certificate?: string; key?: string } = {}) => ({
    certificate: new Secret(p.certificate ?? made.pem + middle.pem),
    key: new Secret(p.key ?? made.keyPem),
  });
  return {
    authority: new Secret(o.authority ?? root.pem),
    primary: side(db1, o.primary),
    standby: side(db2, o.standby),
  };
};
const problemsOf = (o: Parameters<typeof given>[0], facts: Partial<CertificateFacts> = {}) => {
  const { verdict, ready } = checkOwnCertificates(given(o), { ...FACTS, ...facts });
  expect(ready === null).toBe(verdict.problems.length > 0);
  return verdict.problems;
};
/** For db1 only; it is issued by the intermediate unless said. */
const judged = async (wish: Wish, facts: Partial<CertificateFacts> = {}) => {
  const made = await make({ commonName: 'db1', issuer: middle, ips: ['10.0.0.1'], ...wish });
  const all = problemsOf({ primary: { certificate: made.pem + middle.pem, key: made.keyPem } }, facts);
  return all.filter((each) => each.field.startsWith('primary'));
};

describe('certificates of the admin’s own', () => {
  it('are ready when a chain, a key and a name fit on both servers', () => {
    const { verdict, ready } = checkOwnCertificates(given({}), FACTS);
    expect(verdict.problems).toEqual([]);
    expect(verdict.warnings).toEqual([]);
    expect(verdict.certificates).toMatchObject([
      { server: 'db1', expects: '10.0.0.1', issuer: 'CN=Company Servers' },
      { server: 'db2', expects: '10.0.0.2', notAfterMs: NOW_MS + 200 * DAY_MS },
    ]);
    expect(ready?.notAfterMs).toBe(NOW_MS + 200 * DAY_MS);
    expect(ready?.primary.name).toBeNull();
  });

  it('are written as certificate, intermediates and a plain key, whatever stood around them', () => {
    const noise = 'Bag Attributes\n  friendlyName: db1\n';
    const key = createPrivateKey(db1.keyPem).export({ type: 'sec1', format: 'pem' }).toString();
    const { ready } = checkOwnCertificates(
      given({
        primary: { certificate: `${noise}${root.pem}\r\n${middle.pem}${noise}${db1.pem}`, key: noise + key },
      }),
      FACTS,
    );
    const blocks = ready?.primary.certificate.match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n/g) ?? [];
    expect(blocks.map((pem) => new X509Certificate(pem).subject)).toEqual(['CN=db1', 'CN=Company Servers']);
    expect(ready?.primary.key.reveal()).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(ready?.authority).toBe(new X509Certificate(root.pem).toString());
  });

  it('may be one certificate for both, or sign themselves', async () => {
    const both = await make({ commonName: 'db', issuer: middle, ips: ['10.0.0.1', '10.0.0.2'] });
    const of = { certificate: both.pem + middle.pem, key: both.keyPem };
    expect(problemsOf({ primary: of, standby: of })).toEqual([]);
    const self = await make({ commonName: 'db', ips: ['10.0.0.1', '10.0.0.2'] });
    const own = { certificate: self.pem, key: self.keyPem };
    expect(problemsOf({ authority: self.pem, primary: own, standby: own })).toEqual([]);
  });

  it('take an intermediate from the authority’s file, and send it too', () => {
    const { ready } = checkOwnCertificates(
      given({ authority: root.pem + middle.pem, primary: { certificate: db1.pem } }),
      FACTS,
    );
    expect(ready?.primary.certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  it('are warned about when the first of a chain ends within 30 days', async () => {
    const short = await make({ commonName: 'Short', ca: true, issuer: root, days: 12 });
    const made = await make({ commonName: 'db1', issuer: short, ips: ['10.0.0.1'] });
    const primary = { certificate: made.pem + short.pem, key: made.keyPem };
    const { verdict, ready } = checkOwnCertificates(given({ primary }), FACTS);
    expect(verdict.warnings.map((each) => each.en)).toEqual([
      'db1: CN=Short ends on 2030-01-13, in less than 30 days.',
    ]);
    expect(ready?.notAfterMs).toBe(NOW_MS + 12 * DAY_MS);
  });

  it('name another host through a fixed address when they hold host names only', async () => {
    const made = await make({ commonName: 'db1', issuer: middle, dns: ['*.example.net', 'db1.example.net'] });
    const primary = { certificate: made.pem + middle.pem, key: made.keyPem };
    const { verdict, ready } = checkOwnCertificates(given({ primary }), FACTS);
    expect(verdict.certificates[0]?.expects).toBe('db1.example.net');
    expect(verdict.warnings[0]?.en).toContain(
      'db2 goes on connecting to 10.0.0.1 and expects the name db1.example.net',
    );
    expect(ready?.primary.name).toBe('db1.example.net');
    expect(ready?.standby.name).toBeNull();
  });

  it('of one certificate for both are expected under the name of each server', async () => {
    const dns = ['shop.example.net', 'db2.example.net', 'db1.example.net'];
    const made = await make({ commonName: 'shop.example.net', issuer: middle, dns });
    const of = { certificate: made.pem + middle.pem, key: made.keyPem };
    const { ready } = checkOwnCertificates(given({ primary: of, standby: of }), FACTS);
    expect([ready?.primary.name, ready?.standby.name]).toEqual(['db1.example.net', 'db2.example.net']);
  });

  describe('are refused', () => {
    it.each([
      ['text without a certificate', { authority: 'hello' }, 'authority', /no certificate/],
      [
        'a damaged certificate',
        { primary: { certificate: damaged() } },
        'primary.certificate',
        /cannot be read/,
      ],
      ['text without a key', { standby: { key: 'hello' } }, 'standby.key', /0 private keys/],
      ['a damaged key', { standby: { key: damaged('PRIVATE KEY') } }, 'standby.key', /cannot be read/],
    ] as const)('for %s', (_what, wish, field, what) => {
      expect(problemsOf(wish)).toMatchObject([{ field, what: { en: expect.stringMatching(what) } }]);
    });

    it.each([
      ['PKCS #8', { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }],
      ['traditional', { type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }],
    ] as const)('for a key with a passphrase (%s), with the command that takes it away', (_what, format) => {
      const key = createPrivateKey(db1.keyPem).export(format).toString();
      const [problem] = problemsOf({ primary: { key } });
      expect(problem?.what.en).toContain('passphrase');
      expect(problem?.fix.en).toContain('openssl pkey');
    });

    it('for the key of another certificate', () => {
      expect(problemsOf({ primary: { key: db2.keyPem } })).toMatchObject([{ field: 'primary.key' }]);
    });

    it('for the certificate of the other server, named with both addresses', () => {
      const swapped = problemsOf({
        primary: { certificate: db2.pem + middle.pem, key: db2.keyPem },
        standby: { certificate: db1.pem + middle.pem, key: db1.keyPem },
      });
      expect(swapped.map((each) => each.field)).toEqual(['primary.certificate', 'standby.certificate']);
      expect(swapped[0]?.what.en).toBe('it is valid for db2, 10.0.0.2, and db2 connects to 10.0.0.1');
    });

    it('for a missing intermediate, and for an authority that is none of its', async () => {
      const [missing] = problemsOf({ primary: { certificate: db1.pem } });
      expect(missing?.fix.en).toContain('intermediate');
      const other = await make({ commonName: 'Other', ca: true });
      expect(problemsOf({ authority: other.pem }).map((each) => each.field)).toEqual([
        'primary.certificate',
        'standby.certificate',
      ]);
    });

    it('for an intermediate as the only authority: libpq asks for a root', () => {
      expect(problemsOf({ authority: middle.pem })).toHaveLength(2);
    });

    it.each([
      ['an end in the past', { days: -0.5 }, /ended on 2029-12-31/],
      ['a beginning in the future', { fromDays: 1, days: 9 }, /not valid before/],
      ['a purpose that is no server’s', { uses: [CLIENT_AUTH] }, /serverAuth/],
      ['a short RSA key', { algorithm: 'rsa1024' }, /1024 bits/],
      ['another address', { ips: ['10.0.0.9'] }, /valid for db1, 10\.0\.0\.9/],
      [
        'many names and none to expect',
        { commonName: '*.example.net', ips: [], dns: ['*.example.net'] },
        /connects to/,
      ],
    ] as const)('for %s', async (_what, wish, what) => {
      const problems = await judged(wish);
      expect(problems).toMatchObject([
        { field: 'primary.certificate', what: { en: expect.stringMatching(what) } },
      ]);
    });

    it('for a signature with SHA-1', async () => {
      const made = await make({ commonName: 'db1', issuer: middle, ips: ['10.0.0.1'], hash: 'SHA-1' });
      const [problem] = problemsOf({ primary: { certificate: made.pem + middle.pem, key: made.keyPem } });
      expect(problem?.what.en).toMatch(/sha1/i);
    });

    it('for a signature with Ed25519, which PostgreSQL cannot bind a password to', async () => {
      const modern = await make({ commonName: 'Modern', ca: true, issuer: root, algorithm: 'ed25519' });
      const made = await make({ commonName: 'db1', issuer: modern, ips: ['10.0.0.1'] });
      const [problem] = problemsOf({ primary: { certificate: made.pem + modern.pem, key: made.keyPem } });
      expect(problem).toMatchObject({
        field: 'primary.certificate',
        fix: { en: expect.stringContaining('RSA or ECDSA') },
      });
    });

    it('for an issuer that ended, or that may not issue', async () => {
      const ended = await make({ commonName: 'Ended', ca: true, issuer: root, fromDays: -9, days: -1 });
      const none = await make({ commonName: 'No CA', issuer: root });
      for (const [issuer, what] of [
        [ended, /CN=Ended ended/],
        [none, /CA:TRUE/],
      ] as const) {
        const made = await make({ commonName: 'db1', issuer, ips: ['10.0.0.1'] });
        const [problem] = problemsOf({ primary: { certificate: made.pem + issuer.pem, key: made.keyPem } });
        expect(problem?.what.en).toMatch(what);
      }
    });

    it('before PostgreSQL 15 for an address beside the common name, and says what libpq compares there', async () => {
      const [problem] = await judged({ commonName: 'Database', ips: ['10.0.0.1'] }, { majorVersion: 14 });
      expect(problem?.fix.en).toContain('CN=10.0.0.1');
      expect(await judged({ commonName: '10.0.0.1', ips: ['10.0.0.1'] }, { majorVersion: 14 })).toEqual([]);
    });

    it('but not for one that names its host too, which the other node may expect at that address', async () => {
      const both = { commonName: 'db1.example.net', dns: ['db1.example.net'], ips: ['10.0.0.1'] };
      expect(await judged(both, { majorVersion: 14 })).toEqual([]);
    });

    it('for a host name that is not theirs when the other node connects to a host name', async () => {
      const primary = { serverName: 'db1', address: 'db1.internal' };
      const [problem] = await judged({ ips: [], dns: ['db1.example.net'] }, { primary });
      expect(problem?.fix.en).toContain('subjectAltName DNS:db1.internal');
      expect(await judged({ ips: [], dns: ['DB1.internal'] }, { primary })).toEqual([]);
    });

    it('for a name for people where a host name should be', async () => {
      expect(await judged({ commonName: 'Database', ips: [] })).toMatchObject([
        { field: 'primary.certificate' },
      ]);
    });

    it('with all problems at once', () => {
      const all = problemsOf({ authority: 'x', primary: { key: 'x' }, standby: { certificate: 'x' } });
      expect(all.map((each) => each.field)).toEqual(['authority', 'primary.key', 'standby.certificate']);
    });
  });
});

function damaged(kind = 'CERTIFICATE'): string {
  return `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n`;
}
