import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSuccess } from './tandem/expect-success.ts';
import { lookAtEncryption } from './tandem/look-at-encryption.ts';
import { startPairUnderLedger } from './tandem/pair-under-ledger.ts';

let pair: Awaited<ReturnType<typeof startPairUnderLedger>>;

beforeAll(async () => {
  pair = await startPairUnderLedger();
});
afterAll(async () => {
  await pair?.stop();
});

const { streams, file, conninfo } = lookAtEncryption(() => pair);

describe('encrypted replication on practice hosts', () => {
  it('is verified by the pair’s own authority, without an interrupted write', async () => {
    expect(await streams('db1')).toMatch(/^streaming\|f/);
    await pair.ledger.report();
    await expectSuccess(pair, 'encrypt');
    const report = await pair.ledger.report();
    process.stdout.write(`longest gap ${report.longestGapMs.toFixed(0)} ms, failed ${report.failed}\n`);
    expect(report.failed).toBe(0);
    expect(await streams('db1')).toMatch(/^streaming\|t\|TLSv1/);
    expect(await conninfo('db2')).toContain("sslmode='verify-full'");
    for (const name of ['db1', 'db2'] as const) {
      const authority = new X509Certificate(await file(name, 'tandem-ca.crt'));
      const own = new X509Certificate(await file(name, 'tandem-server.crt'));
      expect(own.verify(authority.publicKey)).toBe(true);
      expect(await file(name, 'pg_hba.conf')).toContain('hostssl replication');
      const { dataDirectory } = pair.nodes[name].location;
      const mode = await pair.lab.host(name).run(['stat', '-c', '%a', `${dataDirectory}/tandem-server.key`]);
      expect(mode.stdout.trim()).toBe('600');
    }
    await pair.healthy();
    expect((await pair.tandem.services.pairs.get(pair.pairId)).tls).toMatchObject({ renew: false });
  });

  it('stays so through a switchover and back', async () => {
    await expectSuccess(pair, 'switchover');
    expect(await streams('db2')).toMatch(/^streaming\|t\|/);
    expect(await conninfo('db1')).toContain("sslmode='verify-full'");
    await pair.healthy();
    await expectSuccess(pair, 'switchover');
    expect(await streams('db1')).toMatch(/^streaming\|t\|/);
    await pair.healthy();
  });

  it('gets new certificates of the same authority, and keys that lie on the servers alone', async () => {
    const before = await file('db1', 'tandem-server.crt');
    const authority = await file('db1', 'tandem-ca.crt');
    const look = await pair.assess('encrypt');
    expect(look.plan?.title.en).toContain('Renew');
    await expectSuccess(pair, 'encrypt');
    expect(await file('db1', 'tandem-server.crt')).not.toBe(before);
    expect(await file('db1', 'tandem-ca.crt')).toBe(authority);
    const secrets = await pair.tandem.prisma.secret.findMany({ select: { purpose: true } });
    expect(secrets.filter((secret) => secret.purpose.startsWith('TLS key'))).toEqual([]);
    await pair.nodes.db2.restart();
    await pair.healthy();
    expect(await streams('db1')).toMatch(/^streaming\|t\|/);
  });

  it('brings an old primary back over TLS after a failover, with its own certificate', async () => {
    const own = await file('db1', 'tandem-server.crt');
    await pair.nodes.db1.kill();
    await pair.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
    const run = await pair.change('failover');
    expect(run.problem).toBeNull();
    const look = await pair.assess('rejoin');
    process.stdout.write(`comes back by ${look.chosenWay}\n`);
    await expectSuccess(pair, 'rejoin');
    expect(await streams('db2')).toMatch(/^streaming\|t\|/);
    expect(await file('db1', 'tandem-server.crt')).toBe(own);
    await pair.healthy();
  });
});
