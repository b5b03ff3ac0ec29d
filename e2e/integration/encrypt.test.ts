import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { until } from './platform/until.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';

let pair: StreamingPair;
let ledger: Ledger;

beforeAll(async () => {
  pair = await startStreamingPair({ primary: { fsync: true } });
  await createLedgerTable(pair.nodes.db1);
  ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
  await pair.healthy();
});
afterAll(async () => {
  await ledger?.stop();
  await pair?.stop();
});

type Name = 'db1' | 'db2';
const STREAMS = 'SELECT r.state, s.ssl, s.version FROM pg_stat_replication r JOIN pg_stat_ssl s USING (pid)';
/** A standby that has just started connects in a moment. */
async function streams(on: Name): Promise<string> {
  let seen = '';
  await until('somebody streams', 15_000, async () => {
    seen = await pair.nodes[on].sql(STREAMS);
    return seen.startsWith('streaming');
  });
  return seen;
}
const file = async (on: Name, name: string): Promise<string> => {
  const { dataDirectory } = pair.nodes[on].location;
  return (await pair.lab.host(on).run(['cat', `${dataDirectory}/${name}`])).stdout;
};
const conninfo = (on: Name) => pair.nodes[on].sql('SHOW primary_conninfo');

async function succeeds(kind: 'encrypt' | 'switchover' | 'rejoin'): Promise<void> {
  const run = await pair.change(kind);
  process.stdout.write(`${kind}: ${run.steps.map((s) => `${s.name} ${s.fact?.en ?? s.state}`).join('; ')}\n`);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
}

describe('encrypted replication on practice hosts', () => {
  it('is verified by the pair’s own authority, without an interrupted write', async () => {
    expect(await streams('db1')).toMatch(/^streaming\|f/);
    await ledger.report();
    await succeeds('encrypt');
    const report = await ledger.report();
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
    await succeeds('switchover');
    expect(await streams('db2')).toMatch(/^streaming\|t\|/);
    expect(await conninfo('db1')).toContain("sslmode='verify-full'");
    await pair.healthy();
    await succeeds('switchover');
    expect(await streams('db1')).toMatch(/^streaming\|t\|/);
    await pair.healthy();
  });

  it('gets new certificates of the same authority, and keys that lie on the servers alone', async () => {
    const before = await file('db1', 'tandem-server.crt');
    const authority = await file('db1', 'tandem-ca.crt');
    const look = await pair.assess('encrypt');
    expect(look.plan?.title.en).toContain('Renew');
    await succeeds('encrypt');
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
    await succeeds('rejoin');
    expect(await streams('db2')).toMatch(/^streaming\|t\|/);
    expect(await file('db1', 'tandem-server.crt')).toBe(own);
    await pair.healthy();
  });
});
