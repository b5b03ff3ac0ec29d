import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';

let pair: StreamingPair;
let ledger: Ledger;

beforeAll(async () => {
  pair = await startStreamingPair({ primary: { fsync: true } });
  await createLedgerTable(pair.nodes.db1);
  ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
});
afterAll(async () => {
  await ledger?.stop();
  await pair?.stop();
});

describe('a planned switchover on practice hosts', () => {
  it.each([1, 2, 3, 4])('moves the primary and loses no acknowledged commit (%i)', async (round) => {
    const [from, to] = round % 2 === 1 ? (['db1', 'db2'] as const) : (['db2', 'db1'] as const);
    await ledger.report();
    const run = await pair.change('switchover');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await pair.healthy();
    const report = await ledger.report();
    const steps = run.steps
      .map((s) => `${s.name} ${(s.finishedAtMs ?? 0) - (s.startedAtMs ?? 0)}`)
      .join(', ');
    process.stdout.write(
      `switchover ${round}: outage ${report.longestGapMs.toFixed(0)} ms, failed attempts ${report.failed}\n  ${steps}\n`,
    );
    expect(await ledger.missingOn(pair.nodes[to])).toEqual([]);
    const now = await pair.tandem.services.pairs.get(pair.pairId);
    expect(now.primary.serverName).toBe(to);
    expect(now.standby.serverName).toBe(from);
    expect(now.mustRejoin).toBeNull();
  });
});
