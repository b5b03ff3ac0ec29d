import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from './platform/until.ts';
import { startPairUnderLedger } from './tandem/pair-under-ledger.ts';
import { ADA } from './tandem/start-tandem.ts';

let pair: Awaited<ReturnType<typeof startPairUnderLedger>>;

beforeAll(async () => {
  pair = await startPairUnderLedger();
});
afterAll(async () => {
  await pair?.stop();
});

it('says before what may be lost, also after a restart of the worker, and measures afterwards what was', async () => {
  const { ledger } = pair;
  const { operations, history } = pair.tandem.services;
  const { db1, db2 } = pair.nodes;
  await until('the ledger is written', 10_000, async () => {
    await ledger.report();
    return ledger.acknowledged().length > 200;
  });
  // The standby is cut off while applications go on: what they write from here is lost for certain.
  const cutFrom = ledger.acknowledged().length;
  await db1.host.cutNetwork('both', db2.host);
  await until('more is written', 20_000, async () => {
    await ledger.report();
    return ledger.acknowledged().length > cutFrom + 300;
  });
  const seen = await until('the monitor sees what was not received', 10_000, async () => {
    const { sample } = await pair.tandem.services.pairs.get(pair.pairId);
    return (sample?.lag.notReceivedBytes ?? 0) > 20_000 ? sample : null;
  });
  // Positions are kept every 2 s: what a killed worker saw since is gone with it.
  await until('what it saw is kept', 10_000, async () => {
    const kept = await pair.tandem.prisma.lastPrimary.findUniqueOrThrow({ where: { pairId: pair.pairId } });
    return kept.at.getTime() >= (seen?.primary.takenAtMs ?? Number.POSITIVE_INFINITY);
  });
  await db1.kill();
  // What db1's kernel has yet to send must find nobody: it would arrive when the network is back, and not be lost.
  const receiver = await db2.sql('SELECT pid FROM pg_stat_wal_receiver');
  if (receiver !== '') await db2.host.require(['kill', receiver], { as: 'root' });
  await db1.host.restoreNetwork();
  await pair.killWorkers();
  await pair.tandem.startWorker();
  const shown = await pair.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
  await ledger.report();
  const atMost = shown.loss?.transactions.atMost ?? null;
  expect(shown.loss?.bytes.value).toBeGreaterThan(5_000);
  expect(atMost).not.toBeNull();
  const run = await pair.change('failover');
  expect(run.problem).toBeNull();
  const missing = await ledger.missingOn(db2);
  expect(missing.length).toBeGreaterThan(300);
  expect((await operations.get(run.id)).loss).toBeNull();

  const rejoined = await pair.change('rejoin');
  expect(rejoined.problem).toBeNull();
  await pair.healthy();
  const { loss } = await operations.get(run.id);
  process.stdout.write(
    `lost ${missing.length} rows; measured ${loss?.measured.transactions} transactions, ${loss?.measured.committedBytes} bytes; said at most ${atMost}, ${loss?.bound.bytes} bytes\n`,
  );
  expect(loss?.changeId).toBe(run.id);
  expect(loss?.measured.transactions).toBeGreaterThanOrEqual(missing.length);
  expect(loss?.measured.transactions).toBeLessThanOrEqual(missing.length + 100);
  expect(loss?.bound.transactions).toBe(atMost);
  expect(loss?.exceeded).toBe((loss?.measured.transactions ?? 0) > (atMost ?? 0));
  expect(missing.length).toBeLessThanOrEqual(atMost ?? 0);
  expect((await operations.get(rejoined.id)).loss).toEqual(loss);
  const { items } = await history.ofPair(pair.pairId, null, 50);
  expect(items.flatMap((i) => (i.type === 'run' && i.operationId === run.id ? [i.loss] : []))).toEqual([
    loss,
  ]);

  const { text, cut } = await operations.lostWal(run.id, ADA);
  expect(cut).toBe(false);
  expect(text.match(/desc: COMMIT /g)?.length).toBe(loss?.measured.transactions);
  const entries = await pair.tandem.prisma.auditEntry.findMany({ where: { action: 'lost-wal-downloaded' } });
  expect(entries).toHaveLength(1);
});
