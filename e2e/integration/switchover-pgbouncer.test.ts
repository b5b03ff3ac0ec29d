import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import type { LabPgbouncer } from '#e2e/lab/processes/lab-pgbouncer.ts';
import { zRouteOutcome } from '#server/operations/routes/route-outcome.ts';
import { until } from './platform/until.ts';
import { startPooledPair } from './tandem/pooled-pair.ts';
import type { StreamingPair } from './tandem/streaming-pair.ts';

let pair: StreamingPair;
let pool: LabPgbouncer;
let ledger: Ledger;

beforeAll(async () => {
  const started = await startPooledPair({ primary: { fsync: true } });
  ({ pair, pool } = started);
  await createLedgerTable(pair.nodes.db1);
  ledger = startLedger([], { pool: started.at });
});
afterAll(async () => {
  await ledger?.stop();
  await pair?.stop();
});

describe('a planned switchover of applications behind PgBouncer', () => {
  it.each([1, 2, 3])('lets them wait: no failed transaction, no lost commit (%i)', async (round) => {
    const to = round % 2 === 1 ? 'db2' : 'db1';
    await ledger.report();
    const run = await pair.change('switchover');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await pair.healthy();
    const report = await ledger.report();
    process.stdout.write(
      `pooled switchover ${round}: outage ${report.longestGapMs.toFixed(0)} ms, failed ${report.failed}\n  ${run.steps
        .map((s) => `${s.name} ${(s.finishedAtMs ?? 0) - (s.startedAtMs ?? 0)}`)
        .join(', ')}\n`,
    );
    expect(report.failed).toBe(0);
    expect(report.acknowledged.length).toBeGreaterThan(0);
    expect(await ledger.missingOn(pair.nodes[to])).toEqual([]);
    expect(await pool.config()).toContain(`host=${pair.nodes[to].host.address} `);
    const seen = await pair.tandem.prisma.stepAttempt.findFirstOrThrow({
      where: { operationId: run.id, stepName: 'see-routes' },
    });
    expect(zRouteOutcome.parse(seen.output).routes).toMatchObject([
      { name: 'shop pool', state: 'node', serverName: to, acceptsWrites: true },
    ]);
  });
});

describe('a worker that is killed while clients wait at the pool', () => {
  const AT = { TANDEM_FAULT_POINTS: 'pause-pools:after-effect=kill' };

  /** The next worker takes the run over when the lease of the dead one has run out. */
  async function killedWhilePaused(outageLimitMs: number) {
    await pair.healthy();
    await pair.killWorkers();
    const worker = await pair.tandem.startWorker(AT);
    const id = await pair.start('switchover', { outageLimitMs });
    await until('the worker is killed', 60_000, () => worker.signalCode === 'SIGKILL');
    expect(await pool.isPaused()).toBe(true);
    await pair.tandem.startWorker();
    const run = await pair.tandem.finished(id, 120_000);
    expect(await pool.isPaused()).toBe(false);
    await pair.healthy();
    return { run, report: await ledger.report() };
  }

  it('leaves them waiting, not failing: the next worker goes on within the limit', async () => {
    await ledger.report();
    const before = await pair.tandem.services.pairs.get(pair.pairId);
    const { run, report } = await killedWhilePaused(90_000);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    expect(report.failed).toBe(0);
    const to = before.standby.serverName === 'db1' ? 'db1' : 'db2';
    expect(await ledger.missingOn(pair.nodes[to])).toEqual([]);
  });

  it('gives them back to the old primary, which never stopped, when the limit is over', async () => {
    await ledger.report();
    const before = await pair.tandem.services.pairs.get(pair.pairId);
    const { run, report } = await killedWhilePaused(10_000);
    expect(run.status).toBe('undone');
    expect(run.problem?.message).toContain('clients have waited for');
    expect(report.failed).toBe(0);
    expect(report.acknowledged.length).toBeGreaterThan(0);
    const after = await pair.tandem.services.pairs.get(pair.pairId);
    expect(after.primary.serverName).toBe(before.primary.serverName);
    const name = after.primary.serverName === 'db1' ? 'db1' : 'db2';
    expect(await ledger.missingOn(pair.nodes[name])).toEqual([]);
  });
});
