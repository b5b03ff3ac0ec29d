import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetLeftKeys } from '#server/adapters/store/left-keys.ts';
import { Secret } from '#server/domain/secret.ts';
import type { ChangeRequest } from '#server/services/services.ts';
import {
  createCompanyAuthority,
  type CompanyAuthority,
  type CompanyCertificate,
} from './tandem/company-authority.ts';
import { expectSuccess } from './tandem/expect-success.ts';
import { lookAtEncryption } from './tandem/look-at-encryption.ts';
import { startPairUnderLedger } from './tandem/pair-under-ledger.ts';

let pair: Awaited<ReturnType<typeof startPairUnderLedger>>;
let company: CompanyAuthority;

beforeAll(async () => {
  [pair, company] = await Promise.all([startPairUnderLedger(), createCompanyAuthority()]);
});
afterAll(async () => {
  await pair?.stop();
  await company?.stop();
});

const { streams, file, conninfo } = lookAtEncryption(() => pair);
const purposes = async () =>
  (await pair.tandem.prisma.secret.findMany({ select: { purpose: true } })).map((secret) => secret.purpose);
const keysLeft = async () => (await purposes()).filter((each) => /TLS key|authority/.test(each));

/** The one of db1 names its address, that of db2 a host name that nothing resolves. */
async function given(days?: number): Promise<NonNullable<ChangeRequest['certificates']>> {
  const of = ({ certificate, key }: CompanyCertificate) => ({
    certificate: new Secret(certificate),
    key: new Secret(key),
  });
  const limit = days === undefined ? {} : { days };
  const { address } = pair.lab.host('db1');
  return {
    authority: new Secret(company.root),
    primary: of(await company.issue({ commonName: 'shop', altName: `IP:${address}`, ...limit })),
    standby: of(await company.issue({ commonName: 'shop', altName: 'DNS:db2.company.test', ...limit })),
  };
}

const own = async (days?: number) => ({
  way: 'own-certificates' as const,
  certificates: await given(days),
});

describe('replication encrypted with certificates of the admin’s own, on practice hosts', () => {
  it('is verified by the company’s root, without an interrupted write', async () => {
    await pair.ledger.report();
    await expectSuccess(pair, 'encrypt', await own());
    expect((await pair.ledger.report()).failed).toBe(0);
    expect(await streams('db1')).toMatch(/^streaming\|t\|TLSv1/);
    expect(await conninfo('db2')).toContain("sslmode='verify-full'");
    for (const name of ['db1', 'db2'] as const) {
      expect(new X509Certificate(await file(name, 'tandem-ca.crt')).subject).toContain('CN=Company Root');
      expect(new X509Certificate(await file(name, 'tandem-server.crt')).issuer).toContain('Company Servers');
      expect(await file(name, 'pg_hba.conf')).toContain('hostssl replication');
    }
    expect(await keysLeft()).toEqual([]);
    await pair.healthy();
    expect((await pair.tandem.services.pairs.get(pair.pairId)).tls).toMatchObject({
      own: true,
      renew: false,
    });
  });

  it('stays so through a switchover: a name in a certificate is expected at the same address', async () => {
    await expectSuccess(pair, 'switchover');
    expect(await streams('db2')).toMatch(/^streaming\|t\|/);
    expect(await conninfo('db1')).toContain("host='db2.company.test'");
    expect(await conninfo('db1')).toContain(`hostaddr='${pair.lab.host('db2').address}'`);
    await pair.healthy();
    await expectSuccess(pair, 'switchover');
    await pair.healthy();
  });

  it('brings an old primary back, over TLS and by the name, after a failover', async () => {
    await pair.nodes.db1.kill();
    await pair.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
    expect((await pair.change('failover')).problem).toBeNull();
    const look = await pair.assess('rejoin');
    process.stdout.write(`comes back by ${look.chosenWay}\n`);
    await expectSuccess(pair, 'rejoin', { way: 'rewind' });
    expect(await streams('db2')).toMatch(/^streaming\|t\|/);
    await pair.healthy();
    await expectSuccess(pair, 'switchover');
    await pair.healthy();
  });

  it('is renewed by giving new ones, and asks for them in time', async () => {
    const before = await file('db1', 'tandem-server.crt');
    const look = await pair.assess('encrypt');
    expect(look.chosenWay).toBe('own-certificates');
    await expectSuccess(pair, 'encrypt', await own(20));
    expect(await file('db1', 'tandem-server.crt')).not.toBe(before);
    expect((await pair.tandem.services.pairs.get(pair.pairId)).tls).toMatchObject({ own: true, renew: true });
    expect(await keysLeft()).toEqual([]);
    await pair.nodes.db2.restart();
    await pair.healthy();
    expect(await streams('db1')).toMatch(/^streaming\|t\|/);
  });

  it('changes to an authority of the pair and back, and keeps no key of the one it left', async () => {
    await expectSuccess(pair, 'encrypt', { way: 'pair-authority' });
    expect(await conninfo('db2')).not.toContain('hostaddr');
    expect(await keysLeft()).toEqual(['authority of the pair shop']);
    await expectSuccess(pair, 'encrypt', await own());
    expect(await keysLeft()).toEqual([]);
    expect(await streams('db1')).toMatch(/^streaming\|t\|/);
    await pair.healthy();
  });

  it('takes everything back when a server finds what only a connection shows, and forgets the keys', async () => {
    const before = await Promise.all(
      (['db1', 'db2'] as const).map((name) => file(name, 'tandem-server.crt')),
    );
    const certificates = await given();
    const altName = 'DNS:db2.company.test';
    const wrong = await company.issue({ commonName: 'shop', altName, elsewhere: true });
    const standby = { certificate: new Secret(wrong.certificate), key: new Secret(wrong.key) };
    const run = await pair.change('encrypt', {
      way: 'own-certificates',
      certificates: { ...certificates, standby },
    });
    process.stdout.write(`${run.status}: ${run.problem?.message ?? ''} ${run.problem?.detail ?? ''}\n`);
    expect(run.status).toBe('undone');
    const after = await Promise.all((['db1', 'db2'] as const).map((name) => file(name, 'tandem-server.crt')));
    expect(after).toEqual(before);
    await pair.healthy();
    // The worker does the same every minute.
    await forgetLeftKeys(pair.tandem.prisma);
    expect(await keysLeft()).toEqual([]);
    expect(await streams('db1')).toMatch(/^streaming\|t\|/);
  });

  it('starts nothing with certificates of the wrong server, and stores nothing of them', async () => {
    const { authority, primary, standby } = await given();
    const swapped = { authority, primary: standby, standby: primary };
    await expect(
      pair.start('encrypt', { way: 'own-certificates', certificates: swapped }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', data: { field: 'standby.certificate' } });
    expect(await keysLeft()).toEqual([]);
  });
});
