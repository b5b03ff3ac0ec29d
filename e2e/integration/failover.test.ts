import { afterEach, describe, expect, it } from 'vitest';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { LAB_BIN_DIRECTORY } from '#e2e/lab/processes/lab-postgres.ts';
import { until } from './platform/until.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';

let pair: StreamingPair;
let ledger: Ledger;

async function begin(mode: 'asynchronous' | 'synchronous'): Promise<void> {
  pair = await startStreamingPair({ mode, primary: { fsync: true } });
  await createLedgerTable(pair.nodes.db1);
  ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
  // The preview rests on what the monitor saw last: it must have seen the pair, and its mode.
  const wanted = mode === 'synchronous' ? 'sync' : 'async';
  await until('the monitor has seen the pair', 20_000, async () => {
    const { sample } = await pair.tandem.services.pairs.get(pair.pairId);
    return sample?.primary.reachable === true && sample.primary.senders.some((s) => s.syncState === wanted);
  });
  await until('the ledger is written', 5_000, async () => {
    await ledger.report();
    return ledger.acknowledged().length > 50;
  });
}
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    const fences = await pair.tandem.prisma.pendingFence.findMany();
    const runs = await pair.tandem.services.operations.list(10);
    process.stdout.write(`${JSON.stringify({ fences, runs: runs.map((r) => [r.kind, r.status]) })}\n`);
  }
  await ledger.stop();
  await pair.stop();
});

const isWritable = async (node: StreamingPair['nodes']['db1']): Promise<boolean> =>
  (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';

describe('an emergency failover on practice hosts', () => {
  it('takes over from a killed PostgreSQL, fences it on disk, and loses no more than it said', async () => {
    await begin('asynchronous');
    await pair.nodes.db1.kill();
    const shown = await pair.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
    const run = await pair.change('failover');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    expect(await isWritable(pair.nodes.db2)).toBe(true);
    const missing = await ledger.missingOn(pair.nodes.db2);
    expect(missing.length).toBeLessThanOrEqual(shown.loss?.transactions.atMost ?? 0);
    await pair.nodes.db1.start();
    expect(await isWritable(pair.nodes.db1)).toBe(false);
    const now = await pair.tandem.services.pairs.get(pair.pairId);
    expect(now.primary.serverName).toBe('db2');
    expect(now.mustRejoin?.serverName).toBe('db1');

    const back = await pair.assess('rejoin');
    expect(back.ways.filter((w) => w.feasible).map((w) => w.way)).toContain('rebuild');
    const rejoined = await pair.change('rejoin');
    process.stdout.write(
      `rejoined by ${back.chosenWay}: ${rejoined.steps.map((s) => `${s.name} ${s.fact?.en ?? s.state}`).join('; ')}\n`,
    );
    expect(rejoined.problem).toBeNull();
    expect(rejoined.status).toBe('succeeded');
    await pair.healthy();
  });

  it('owes the fence of a host that lost power, and sets it when the host is back with a writable PostgreSQL', async () => {
    await begin('synchronous');
    const host = pair.lab.host('db1');
    await host.powerOff();
    const shown = await pair.assess('failover', (a) => a.diagnosis?.class === 'host-down');
    expect(shown.loss).toMatchObject({ guaranteedZero: true });
    expect(shown.confirmation.ticks.map((t) => t.code)).toContain('accept-unproven');
    const run = await pair.change('failover');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await until(
      'a write on the new primary',
      5_000,
      async () => (await ledger.report()).acknowledged.length > 0,
    );
    expect(await ledger.missingOn(pair.nodes.db2)).toEqual([]);
    const { pendingFence } = await pair.tandem.services.pairs.get(pair.pairId);
    expect(pendingFence).toMatchObject({ serverName: 'db1', state: 'pending' });

    await host.powerOn();
    await pair.nodes.db1.start();
    await until('the old primary is fenced', 15_000, async () => !(await isWritable(pair.nodes.db1)));
    await until('nothing is owed', 15_000, async () => {
      const now = await pair.tandem.services.pairs.get(pair.pairId);
      return now.pendingFence === null;
    });
    await pair.nodes.db1.start();
    expect(await isWritable(pair.nodes.db1)).toBe(false);
    expect(await isWritable(pair.nodes.db2)).toBe(true);

    const rebuilt = await pair.change('rejoin', { way: 'rebuild' });
    expect(rebuilt.problem).toBeNull();
    expect(rebuilt.status).toBe('succeeded');
    await pair.healthy();
    expect(await ledger.missingOn(pair.nodes.db2)).toEqual([]);
  });

  it('fences an isolated primary that kept running as soon as it can be reached, and never two nodes stay writable', async () => {
    await begin('asynchronous');
    const host = pair.lab.host('db1');
    await host.cutNetwork('both');
    await pair.assess('failover', (a) => a.diagnosis?.class === 'host-down');
    const run = await pair.change('failover');
    expect(run.problem).toBeNull();
    expect(await isWritable(pair.nodes.db1)).toBe(true);
    const { pendingFence } = await pair.tandem.services.pairs.get(pair.pairId);
    expect(pendingFence?.state).toBe('pending');
    await host.restoreNetwork();
    await until('the isolated primary is fenced', 20_000, async () => !(await isWritable(pair.nodes.db1)));
    await until('nothing is owed', 15_000, async () => {
      const now = await pair.tandem.services.pairs.get(pair.pairId);
      return now.pendingFence === null;
    });
    const [fence] = (await pair.tandem.services.operations.list(20)).filter((o) => o.kind === 'fence-node');
    const rungs = (await pair.tandem.services.operations.get(fence?.id ?? '')).steps;
    const factOf = (step: string) => rungs.find((s) => s.name === step)?.fact?.en;
    expect(factOf('take-autostart')).toContain('not here');
    expect(factOf('reject-clients')).toContain('written');
    await pair.nodes.db1.start();
    expect(await knock(pair.nodes.db2, pair.nodes.db1)).toContain('pg_hba.conf rejects connection');
    expect(await isWritable(pair.nodes.db1)).toBe(false);
    const rejoined = await pair.change('rejoin');
    expect(rejoined.problem).toBeNull();
    await pair.healthy();
    expect(await knock(pair.nodes.db2, pair.nodes.db1)).not.toContain('rejects');
  });
});

/** What a server says to a stranger from another host. */
async function knock(
  from: StreamingPair['nodes']['db1'],
  to: StreamingPair['nodes']['db1'],
): Promise<string> {
  const conninfo = `host=${to.host.address} port=${to.location.port} user=shop_app dbname=shop`;
  const psql = [`${LAB_BIN_DIRECTORY}/psql`, '-X', '-w', '-d', conninfo, '-c', 'SELECT 1'] as const;
  return (await from.host.run([...psql])).stderr;
}
