import { setTimeout as delay } from 'node:timers/promises';
import { until } from '#e2e/integration/platform/until.ts';
import { startPooledPair } from '#e2e/integration/tandem/pooled-pair.ts';
import { createLedgerTable, startLedger, type LedgerReport } from '#e2e/lab/ledger/start-ledger.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { FloorNode } from './floor/floor-node.ts';
import { switchOverByHand } from './floor/switchover-floor.ts';
import { finish, median, numberOption, printTable } from './report.ts';

type Name = 'db1' | 'db2';
const other = (name: Name): Name => (name === 'db1' ? 'db2' : 'db1');
const CLIENTS = ['pooled', 'direct', 'hand'] as const;
type Client = (typeof CLIENTS)[number];

/**
 * Three switchovers a round, in an order that turns: by Tandem under a client of PgBouncer, by Tandem
 * under a client that knows both servers, and by the hand-made script under such a client.
 */
async function benchPooled(rounds: number): Promise<void> {
  const { pair, pool, at } = await startPooledPair({ primary: { fsync: true } });
  let primary: Name = 'db1';
  let from = 1;
  let acknowledged = 0;
  let lost = 0;

  const measure = async (client: Client, work: () => Promise<void>): Promise<LedgerReport> => {
    await pair.healthy();
    const nodes: LabPostgres[] = [pair.nodes.db1, pair.nodes.db2];
    const ledger = startLedger(nodes, { from, ...(client === 'pooled' ? { pool: at } : {}) });
    try {
      // Both sides begin with the same quiet: no checkpoint, no reconnect of the round before.
      await delay(1_500);
      // A pool that met a stopped server by hand's change waits before its next try: not ours to measure.
      await until('the client writes', 30_000, async () => (await ledger.report()).acknowledged.length > 0);
      await delay(300);
      await ledger.report();
      await work();
      primary = other(primary);
      await delay(500);
      const report = await ledger.report();
      lost += (await ledger.missingOn(pair.nodes[primary])).length;
      acknowledged += ledger.acknowledged().length;
      from = Math.max(from, ...ledger.acknowledged()) + 100_000;
      return report;
    } finally {
      await ledger.stop();
    }
  };
  const byTandem = async (): Promise<void> => {
    const run = await pair.change('switchover');
    if (run.status !== 'succeeded') throw new Error(JSON.stringify(run.problem));
  };

  try {
    await createLedgerTable(pair.nodes.db1);
    // Once each way, unmeasured: after it both nodes know how to follow the other one.
    await measure('direct', byTandem);
    await measure('direct', byTandem);
    const { slotName } = await pair.tandem.services.pairs.get(pair.pairId);
    const nodes = { db1: new FloorNode(pair.nodes.db1), db2: new FloorNode(pair.nodes.db2) };
    const byHand = async (): Promise<void> => {
      for (const node of Object.values(nodes)) node.reconnect();
      const next = other(primary);
      await switchOverByHand(nodes[primary], nodes[next], slotName ?? '');
      // Nobody told Tandem, nor the pool: as after any change by hand.
      await pair.tellRoles(next);
      await pool.lead(pair.nodes[next]);
    };
    const rows: Record<Client, LedgerReport>[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const { pooled, direct, hand } = await oneRound(n, (client) =>
        measure(client, client === 'hand' ? byHand : byTandem),
      );
      rows.push({ pooled, direct, hand });
      process.stdout.write(
        `round ${n + 1}: pooled ${pooled.longestGapMs.toFixed(0)} ms (${pooled.failed} failed), direct ${direct.longestGapMs.toFixed(0)} ms, by hand ${hand.longestGapMs.toFixed(0)} ms\n`,
      );
    }
    for (const node of Object.values(nodes)) node.close();
    report(rows, { lost, acknowledged });
  } finally {
    await pair.stop();
  }
}

/** Each client once, in an order that turns with the rounds. */
async function oneRound(
  n: number,
  measure: (client: Client) => Promise<LedgerReport>,
): Promise<Record<Client, LedgerReport>> {
  const row: Partial<Record<Client, LedgerReport>> = {};
  for (let i = 0; i < CLIENTS.length; i += 1) {
    const client = CLIENTS[(i + n) % CLIENTS.length] ?? 'pooled';
    row[client] = await measure(client);
  }
  const { pooled, direct, hand } = row;
  if (pooled === undefined || direct === undefined || hand === undefined) throw new Error('a round is short');
  return { pooled, direct, hand };
}

function report(rows: Record<Client, LedgerReport>[], all: { lost: number; acknowledged: number }): void {
  const gaps = (client: Client): number[] => rows.map((r) => r[client].longestGapMs);
  const failed = (client: Client): number => rows.reduce((sum, r) => sum + r[client].failed, 0);
  printTable(
    ['round', 'pooled ms', 'direct ms', 'by hand ms', 'pooled / by hand', 'failed transactions'],
    rows.map((r, i) => [
      i + 1,
      ...CLIENTS.map((client) => r[client].longestGapMs.toFixed(0)),
      (r.pooled.longestGapMs / r.hand.longestGapMs).toFixed(2),
      r.pooled.failed,
    ]),
  );
  const result = {
    bench: 'switchover-pgbouncer',
    unit: 'ms',
    runs: rows.length,
    median: median(gaps('pooled')),
    worst: Math.max(...gaps('pooled')),
    baseline: median(gaps('hand')),
    ratio: median(rows.map((r) => r.pooled.longestGapMs / r.hand.longestGapMs)),
    /** Tandem in the same run under clients that no pool lets wait. */
    direct: median(gaps('direct')),
    ratioToDirect: median(rows.map((r) => r.pooled.longestGapMs / r.direct.longestGapMs)),
    ...all,
    failedTransactions: failed('pooled'),
    failedAttempts: failed('direct'),
  };
  process.stdout.write(
    `pooled ${result.median.toFixed(0)} ms against ${result.direct.toFixed(0)} ms direct and ${result.baseline.toFixed(0)} ms by hand; ${result.failedTransactions} failed transactions, ${result.lost} of ${result.acknowledged} acknowledged commits lost\n`,
  );
  finish(result);
}

await benchPooled(numberOption('pairs', 10));
