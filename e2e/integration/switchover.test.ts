import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSuccess } from './tandem/expect-success.ts';
import { startPairUnderLedger } from './tandem/pair-under-ledger.ts';

let pair: Awaited<ReturnType<typeof startPairUnderLedger>>;

beforeAll(async () => {
  pair = await startPairUnderLedger();
});
afterAll(async () => {
  await pair?.stop();
});

describe('a planned switchover on practice hosts', () => {
  it.each([1, 2, 3, 4])('moves the primary and loses no acknowledged commit (%i)', async (round) => {
    const [from, to] = round % 2 === 1 ? (['db1', 'db2'] as const) : (['db2', 'db1'] as const);
    const { ledger } = pair;
    await ledger.report();
    await expectSuccess(pair, 'switchover');
    await pair.healthy();
    const report = await ledger.report();
    process.stdout.write(
      `switchover ${round}: outage ${report.longestGapMs.toFixed(0)} ms, failed attempts ${report.failed}\n`,
    );
    expect(await ledger.missingOn(pair.nodes[to])).toEqual([]);
    const now = await pair.tandem.services.pairs.get(pair.pairId);
    expect(now.primary.serverName).toBe(to);
    expect(now.standby.serverName).toBe(from);
    expect(now.mustRejoin).toBeNull();
  });
});
