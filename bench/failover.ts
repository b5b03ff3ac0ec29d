/**
 * What Tandem adds to a bare promotion in an emergency: from the accepted confirmation to the first
 * accepted write, less the time of `pg_promote()` (asked again every 50 ms while in recovery) on the
 * same host. Two cases: the old primary's port refuses (its PostgreSQL was killed), and its packets
 * are dropped (its network was cut). The two sides alternate; each starts from a streaming pair.
 * `npm run bench:failover -- [--pairs 5] [--json]`
 */
import { seenOf } from '#server/domain/assessment.ts';
import { ADA } from '#e2e/integration/tandem/start-tandem.ts';
import { until } from '#e2e/integration/platform/until.ts';
import { startStreamingPair, type StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import { FloorNode } from './floor/floor-node.ts';
import { finish, median, numberOption, printTable } from './report.ts';

type Name = 'db1' | 'db2';
type Case = 'refused' | 'dropped';
const rounds = numberOption('pairs', 5);
const other = (name: Name): Name => (name === 'db1' ? 'db2' : 'db1');

const pair = await startStreamingPair({ primary: { fsync: true } });

/** The primary goes away; its partner's receiver has noticed. */
async function takeAway(p: StreamingPair, name: Name, how: Case): Promise<void> {
  if (how === 'refused') await p.nodes[name].kill();
  else await p.lab.host(name).cutNetwork('both');
}

async function giveBack(p: StreamingPair, name: Name, how: Case): Promise<void> {
  if (how === 'dropped') await p.lab.host(name).restoreNetwork();
  await until('nothing is owed', 60_000, async () => {
    const { pendingFence, runningOperationId } = await p.tandem.services.pairs.get(p.pairId);
    return pendingFence === null && runningOperationId === null;
  });
  const run = await p.change('rejoin');
  if (run.status !== 'succeeded') throw new Error(JSON.stringify(run.problem));
  await p.healthy();
}

/** From the accepted confirmation to the first write that PostgreSQL accepted, by the worker's clock: both are this machine's. */
async function byTandem(how: Case, primary: Name): Promise<number> {
  await pair.healthy();
  await takeAway(pair, primary, how);
  const shown = await pair.assess('failover', (a) => a.readiness === 'ready' || a.readiness === 'with-risk');
  // A person reads the page for some seconds; the looks that it asks for go on meanwhile.
  const acceptedAtMs = Date.now();
  const id = await pair.tandem.services.changes.start(
    {
      pairId: pair.pairId,
      kind: 'failover',
      way: null,
      seen: seenOf(shown),
      confirmation: shown.confirmation.word?.text ?? null,
      ticks: shown.confirmation.ticks.map((t) => t.code),
      reason: 'a bench',
      outageLimitMs: 30_000,
      syncWhileAlone: 'release',
      idempotencyKey: `bench-${shown.id}`,
    },
    ADA,
  );
  const run = await pair.tandem.finished(id, 60_000);
  if (run.status !== 'succeeded') throw new Error(JSON.stringify(run.problem));
  const attempt = await pair.tandem.prisma.stepAttempt.findFirstOrThrow({
    where: { operationId: id, stepName: 'promote-new', status: 'done' },
  });
  const { firstWriteAtMs } = attempt.output as { firstWriteAtMs: number };
  const since = (ms: number | null): number => (ms ?? acceptedAtMs) - acceptedAtMs;
  process.stdout.write(
    `  begun after: ${run.steps.map((s) => `${s.name} ${since(s.startedAtMs)}`).join(', ')}\n`,
  );
  await giveBack(pair, primary, how);
  return firstWriteAtMs - acceptedAtMs;
}

/** pg_promote() over an open connection, and the first write. */
async function bare(how: Case, primary: Name): Promise<number> {
  await pair.healthy();
  const next = new FloorNode(pair.nodes[other(primary)]);
  await next.sql('SELECT 1;');
  await takeAway(pair, primary, how);
  const startedAt = performance.now();
  await next.sql('SELECT pg_promote(false);');
  let askedAt = startedAt;
  while ((await next.sql('SELECT pg_is_in_recovery();')).trim() === 't') {
    if (performance.now() - askedAt < 50) continue;
    askedAt = performance.now();
    await next.sql('SELECT pg_reload_conf();');
  }
  await next.sql('SELECT pg_current_xact_id();');
  const ms = performance.now() - startedAt;
  next.close();
  // Nobody fenced it: by hand, as after any promotion by hand.
  if (how === 'dropped') await pair.nodes[primary].kill();
  await pair.tellRoles(other(primary), { mustRejoin: true });
  await giveBack(pair, primary, how);
  return ms;
}

async function contest(how: Case): Promise<{ tandem: number; bare: number }[]> {
  const rows: { tandem: number; bare: number }[] = [];
  for (let n = 1; n <= rounds; n += 1) {
    // Both sides promote the same node: db1 is primary at their start, db2 is again after the next one.
    const tandem = await byTandem(how, 'db1');
    await back();
    const alone = await bare(how, 'db1');
    await back();
    rows.push({ tandem, bare: alone });
    process.stdout.write(`${how} ${n}: Tandem ${tandem.toFixed(0)} ms, bare ${alone.toFixed(0)} ms\n`);
  }
  return rows;
}

async function back(): Promise<void> {
  const run = await pair.change('switchover');
  if (run.status !== 'succeeded') throw new Error(JSON.stringify(run.problem));
}

try {
  const refused = await contest('refused');
  const dropped = await contest('dropped');
  const all = [...refused, ...dropped];
  printTable(
    ['case', 'Tandem ms', 'bare ms', 'more ms'],
    all.map((r, i) => [
      i < refused.length ? 'refused' : 'dropped',
      r.tandem.toFixed(0),
      r.bare.toFixed(0),
      (r.tandem - r.bare).toFixed(0),
    ]),
  );
  const over = (rows: typeof all): number => median(rows.map((r) => r.tandem - r.bare));
  const result = {
    bench: 'failover',
    unit: 'ms',
    runs: all.length,
    median: median(all.map((r) => r.tandem)),
    worst: Math.max(...all.map((r) => r.tandem)),
    baseline: median(all.map((r) => r.bare)),
    ratio: median(all.map((r) => r.tandem / r.bare)),
    overheadMs: over(refused),
    overheadDroppedMs: over(dropped),
  };
  process.stdout.write(
    `confirmation to first write: ${result.overheadMs.toFixed(0)} ms more than pg_promote() where connections are refused, ${result.overheadDroppedMs.toFixed(0)} ms where packets are dropped\n`,
  );
  finish(result);
} finally {
  await pair.stop();
}
