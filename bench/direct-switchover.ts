/** The comparison of bench/switchover.ts for a client that knows both servers. */
import { setTimeout as delay } from 'node:timers/promises';
import { startStreamingPair, type StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import {
  createLedgerTable,
  startLedger,
  type Ledger,
  type LedgerReport,
} from '#e2e/lab/ledger/start-ledger.ts';
import { FloorNode } from './floor/floor-node.ts';
import { switchOverByHand } from './floor/switchover-floor.ts';
import { finish, median, numberOption, printTable } from './report.ts';

const pairs = numberOption('pairs', 10);
/** An outage so long is worth a look at where it went. */
const SLOW_MS = 300;
type Name = 'db1' | 'db2';
const other = (name: Name): Name => (name === 'db1' ? 'db2' : 'db1');

const pair = await startStreamingPair({ primary: { fsync: true } });
let ledger: Ledger | null = null;
let primary: Name = 'db1';

async function settled(p: StreamingPair): Promise<void> {
  await p.healthy();
  // Both sides begin with the same quiet: no checkpoint, no reconnect of the round before.
  await delay(1_500);
}

async function measured(client: Ledger, work: () => Promise<void>): Promise<LedgerReport> {
  await settled(pair);
  await client.report();
  await work();
  primary = other(primary);
  await delay(300);
  return client.report();
}

async function byTandem(): Promise<void> {
  const run = await pair.change('switchover');
  if (run.status !== 'succeeded') throw new Error(JSON.stringify(run.problem));
  const { outage } = run;
  if (outage?.endedAtMs != null && outage.endedAtMs - outage.startedAtMs > SLOW_MS)
    process.stdout.write(
      `${run.steps.map((s) => `${s.name} ${(s.finishedAtMs ?? 0) - (s.startedAtMs ?? 0)}`).join(', ')}\n`,
    );
}

/** The script knows nothing of the inventory: it is told afterwards, as after any change by hand. */
async function byHand(nodes: Record<Name, FloorNode>, slot: string): Promise<void> {
  const [old, next] = [primary, other(primary)];
  await switchOverByHand(nodes[old], nodes[next], slot);
  await pair.tellRoles(next);
}

try {
  await createLedgerTable(pair.nodes.db1);
  ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
  const client = ledger;
  // Once each way, unmeasured: after it both nodes know how to follow the other one.
  await measured(client, byTandem);
  await measured(client, byTandem);
  const { slotName } = await pair.tandem.services.pairs.get(pair.pairId);
  const nodes = { db1: new FloorNode(pair.nodes.db1), db2: new FloorNode(pair.nodes.db2) };
  const rows: { tandem: LedgerReport; hand: LedgerReport }[] = [];
  for (let n = 1; n <= pairs; n += 1) {
    const hand = () => measured(client, () => byHand(nodes, slotName ?? ''));
    const mine = async () => {
      const report = await measured(client, byTandem);
      for (const node of Object.values(nodes)) node.reconnect();
      return report;
    };
    if (n % 2 === 1) {
      const tandem = await mine();
      rows.push({ tandem, hand: await hand() });
    } else {
      const first = await hand();
      rows.push({ hand: first, tandem: await mine() });
    }
    const row = rows.at(-1);
    process.stdout.write(
      `round ${n}: Tandem ${row?.tandem.longestGapMs.toFixed(0)} ms, by hand ${row?.hand.longestGapMs.toFixed(0)} ms\n`,
    );
  }
  for (const node of Object.values(nodes)) node.close();
  const lost = await client.missingOn(pair.nodes[primary]);
  printTable(
    ['round', 'Tandem ms', 'by hand ms', 'ratio', 'failed Tandem', 'failed by hand'],
    rows.map((r, i) => [
      i + 1,
      r.tandem.longestGapMs.toFixed(0),
      r.hand.longestGapMs.toFixed(0),
      (r.tandem.longestGapMs / r.hand.longestGapMs).toFixed(2),
      r.tandem.failed,
      r.hand.failed,
    ]),
  );
  const outages = rows.map((r) => r.tandem.longestGapMs);
  const result = {
    bench: 'switchover',
    unit: 'ms',
    runs: rows.length,
    median: median(outages),
    worst: Math.max(...outages),
    baseline: median(rows.map((r) => r.hand.longestGapMs)),
    ratio: median(rows.map((r) => r.tandem.longestGapMs / r.hand.longestGapMs)),
    lost: lost.length,
    failedAttempts: rows.reduce((sum, r) => sum + r.tandem.failed, 0),
    acknowledged: client.acknowledged().length,
  };
  process.stdout.write(
    `outage ${result.median.toFixed(0)} ms against ${result.baseline.toFixed(0)} ms by hand: ${result.ratio.toFixed(2)} times; ${result.lost} of ${result.acknowledged} acknowledged commits lost\n`,
  );
  finish(result);
} finally {
  await ledger?.stop();
  await pair.stop();
}
