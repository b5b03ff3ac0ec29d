import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { LAB_BIN_DIRECTORY } from '#e2e/lab/processes/lab-postgres.ts';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { until } from './platform/until.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';
import { ADA } from './tandem/start-tandem.ts';

/** The archiver hangs for as long as this file is there. */
const HANG = '/tmp/hang-archiver';
let pair: StreamingPair;
let ledger: Ledger;

beforeAll(async () => {
  pair = await startStreamingPair({
    primary: {
      fsync: true,
      settings: {
        archive_mode: 'on',
        archive_command: `sh -c "while test -e ${HANG}; do sleep 0.2; done"`,
      },
    },
    worker: { TANDEM_FAULT_POINTS: 'stop-old:after-start-record=kill' },
  });
  await createLedgerTable(pair.nodes.db1);
  ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
});
afterAll(async () => {
  await ledger?.stop();
  await pair?.stop();
});

const isWritable = async (node: LabPostgres): Promise<boolean> =>
  (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';
const controlState = async (node: LabPostgres): Promise<string> => {
  const argv = [`${LAB_BIN_DIRECTORY}/pg_controldata`, '-D', node.location.dataDirectory] as const;
  return /cluster state: +(.*)/.exec((await node.host.run([...argv])).stdout)?.[1] ?? '';
};
const hang = (node: LabPostgres) => node.host.require(['touch', HANG]);
const release = (node: LabPostgres) => node.host.require(['rm', '-f', HANG]);
const stateOf = (run: OperationView, step: string) => run.steps.find((s) => s.name === step)?.state;
/** The outage as the ledger's client saw it, ms. */
const outage = async (): Promise<number> => (await ledger.report()).longestGapMs;

describe('a stop that does not end as it should', () => {
  it('gives back the old primary within the limit when the receiver is frozen, and says why', async () => {
    const { db1, db2 } = pair.nodes;
    const id = await pair.start('switchover', { outageLimitMs: 8_000 });
    await until('the worker is killed before the stop', 30_000, async () =>
      (await pair.tandem.services.operations.get(id)).steps.some(
        (s) => s.name === 'stop-old' && s.state !== 'waiting',
      ),
    );
    await pair.killWorkers();
    await db2.host.require(['pkill', '-STOP', '-f', 'walreceiver']);
    await ledger.report();
    await pair.tandem.startWorker();
    const run = await pair.tandem.finished(id, 90_000);
    const gapMs = await outage();
    process.stdout.write(`frozen receiver: ${run.status}, outage ${gapMs.toFixed(0)} ms\n`);
    expect(run.status).toBe('undone');
    expect(run.problem?.message).toContain('has ended its writes but does not stop');
    expect(gapMs).toBeLessThan(8_000);
    expect(await isWritable(db1)).toBe(true);
    expect(await db1.host.run(['test', '-e', `${db1.location.dataDirectory}/standby.signal`])).toMatchObject({
      exitCode: 1,
    });
    await db2.host.require(['pkill', '-CONT', '-f', 'walreceiver']);
    await pair.healthy();
    await ledger.report();
    expect(await ledger.missingOn(db1)).toEqual([]);
  });

  it('goes on without waiting for an archiver that hangs, because the standby has everything', async () => {
    const { db1, db2 } = pair.nodes;
    await hang(db1);
    await ledger.report();
    const run = await pair.change('switchover', { outageLimitMs: 30_000 });
    const gapMs = await outage();
    process.stdout.write(`hanging archiver: ${run.status}, outage ${gapMs.toFixed(0)} ms\n`);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    expect(gapMs).toBeLessThan(6_000);
    expect(await isWritable(db2)).toBe(true);
    await release(db1);
    await pair.healthy();
    await ledger.report();
    expect(await ledger.missingOn(db2)).toEqual([]);
  });

  it('goes forward by the standby’s own WAL when the old host vanishes in its stop, and owes its fence until it is back', async () => {
    const { db1, db2 } = pair.nodes;
    const { operations, pairs } = pair.tandem.services;
    await hang(db2);
    await ledger.report();
    const id = await pair.start('switchover', { outageLimitMs: 30_000 });
    await until(
      'the old primary has ended its writes',
      30_000,
      async () => (await controlState(db2)) === 'shut down',
    );
    await db2.host.cutNetwork('both');
    const asked = await pair.tandem.finished(id, 90_000);
    const gapMs = await outage();
    process.stdout.write(`host lost in its stop: ${asked.status}, outage ${gapMs.toFixed(0)} ms\n`);
    expect(asked.status).toBe('needs-attention');
    expect(asked.committed).toBe(true);
    expect(stateOf(asked, 'promote-new')).toBe('done');
    expect(asked.steps.find((s) => s.name === 'nothing-was-lost')?.fact?.en).toContain('received');
    expect(gapMs).toBeLessThan(15_000);
    expect(await isWritable(db1)).toBe(true);
    expect((await pairs.get(pair.pairId)).pendingFence).toMatchObject({
      serverName: 'db2',
      state: 'pending',
    });

    await db2.host.restoreNetwork();
    await release(db2);
    await until('the fence is set', 30_000, async () => (await pairs.get(pair.pairId)).pendingFence === null);
    expect(await isWritable(db2)).toBe(false);
    await operations.retry(id, ADA);
    const run = await pair.tandem.finished(id, 90_000);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await pair.healthy();
    await ledger.report();
    expect(await ledger.missingOn(db1)).toEqual([]);
  });
});
