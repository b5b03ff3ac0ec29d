import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { until } from '#e2e/integration/platform/until.ts';
import { ADA } from '#e2e/integration/tandem/start-tandem.ts';
import type { ChaosNode, ChaosPair, Kind, Name } from './chaos-pair.ts';
import { HANG, pickFault, reach, stepNow } from './faults.ts';
import type { Random } from './random.ts';
import { isWritable, watchWriters } from './watch-writers.ts';

export interface ChaosRow {
  n: number;
  kind: Kind;
  fault: string;
  /** Where the run was when the fault struck. */
  step: string;
  fired: boolean;
  /** Why it did not strike. */
  missed: string | null;
  status: string;
  lost: number;
  atMost: number | null;
}

const SETTLED = ['succeeded', 'undone', 'cancelled', 'closed', 'needs-attention'];
const DEADLINE_MS = 240_000;
const MAX_ASKED = 4;
/** A start gate waits for a minute for a partner that does not answer. */
const BOOTED_MS = 180_000;
/** No change of roles leaves nobody primary for that long. */
const HELD_MS = 15_000;

/** The promises, looked at from outside after each run. */
async function checkInvariants(pair: ChaosPair, ledger: Ledger, row: ChaosRow): Promise<void> {
  const writable = { db1: await isWritable(pair.nodes.db1), db2: await isWritable(pair.nodes.db2) };
  if (writable.db1 && writable.db2) throw new Error(`run ${row.n}: two nodes accept writes`);
  const primary = writable.db1 ? 'db1' : writable.db2 ? 'db2' : null;
  if (primary === null) throw new Error(`run ${row.n}: no node accepts writes after the run was settled`);
  await ledger.report();
  row.lost = (await ledger.missingOn(pair.nodes[primary])).length;
  const allowed = row.kind === 'switchover' ? 0 : (row.atMost ?? Number.POSITIVE_INFINITY);
  if (row.lost > allowed)
    throw new Error(`run ${row.n}: ${row.lost} acknowledged commits lost, at most ${allowed} were said`);
  ledger.forget();
}

/** A person answers each question by going on; then by undoing, or by closing what cannot go on. */
async function settle(pair: ChaosPair, id: string): Promise<string> {
  const { operations } = pair.tandem.services;
  for (let asked = 0; ; asked += 1) {
    const view = await until(`run ${id} settles`, DEADLINE_MS, async () => {
      const found = await operations.get(id);
      return SETTLED.includes(found.status) ? found : null;
    });
    if (view.status !== 'needs-attention') return view.status;
    if (asked > MAX_ASKED) {
      // A way back that failed for good is answered with another one: a new base backup.
      if (view.kind !== 'rejoin') throw new Error(`the run asks for ever: ${JSON.stringify(view.problem)}`);
      await operations.close(id, 'this way does not work', ADA);
      return 'closed';
    }
    await mend(pair, view.kind === 'rejoin');
    await (view.allowed.undo && asked > 1 ? operations.undo(id, ADA) : operations.retry(id, ADA));
  }
}

/** What an admin does who is asked: room on the disk, archivers that run, servers started as they lie there. */
async function mend(pair: ChaosPair, isRejoining: boolean): Promise<void> {
  for (const name of ['db1', 'db2'] as const) {
    const host = pair.hosts[name];
    await host.mend();
    await host.freeDisk();
    await host.require(['rm', '-f', HANG]);
  }
  if (isRejoining) await startPrimary(pair);
  // At once: a start gate asks the other one.
  else await Promise.all(Object.values(pair.nodes).map(startIfDown));
}

async function startIfDown(node: ChaosNode): Promise<void> {
  if (!(await node.isAlive())) await node.start();
}

/** A node that is being brought back must not be started by hand. */
async function startPrimary(pair: ChaosPair): Promise<void> {
  const { primary } = await pair.tandem.services.pairs.get(pair.pairId);
  await startIfDown(pair.nodes[primary.serverName === 'db1' ? 'db1' : 'db2']);
}

/** Whatever is broken is mended as an admin would: nodes started, the old primary rejoined, old copies removed. */
async function heal(pair: ChaosPair): Promise<void> {
  const { pairs } = pair.tandem.services;
  await mend(pair, (await pairs.get(pair.pairId)).mustRejoin !== null);
  await until('nothing is owed', 90_000, async () => (await pairs.get(pair.pairId)).pendingFence === null);
  for (const way of ['cheapest', 'rebuild'] as const) {
    if ((await pairs.get(pair.pairId)).mustRejoin === null) break;
    await settle(pair, await pair.start('rejoin', way === 'rebuild' ? { way } : {}));
  }
  await mend(pair, false);
  await openIfHeld(pair);
  await pair.healthy();
  for (const name of ['db1', 'db2'] as const) {
    const { dataDirectory } = pair.nodes[name].location;
    const remove = 'rm -rf -- "$1".tandem-kept-* "$1".tandem-old-*';
    await pair.hosts[name].require(['sh', '-c', remove, 'sh', dataDirectory]);
  }
  // Faults start workers: the next run begins with one again.
  await pair.tandem.killWorkers();
  await pair.tandem.startWorker();
}

/** A gate that found nobody to ask holds its server read-only: a person says which one is right. */
async function openIfHeld(pair: ChaosPair): Promise<void> {
  const { pairs } = pair.tandem.services;
  const state = await until('the pair is healthy, or held', BOOTED_MS, async () => {
    const { sample } = await pairs.get(pair.pairId);
    if (sample?.diagnosis.code === 'healthy') return 'healthy';
    return sample?.diagnosis.code === 'no-primary' && sample.takenAtMs - sample.diagnosis.sinceMs > HELD_MS
      ? 'held'
      : null;
  });
  if (state === 'held') await settle(pair, await pair.start('open-primary'));
}

function pickKind(random: Random): Kind {
  const n = random.next();
  return n < 0.5 ? 'switchover' : n < 0.75 ? 'failover' : 'rejoin';
}

/** Takes the primary away, and for a rejoin the failover with it; answers the bound of what is lost. */
async function prepare(pair: ChaosPair, kind: Kind, primary: Name): Promise<number | null> {
  if (kind === 'switchover') return null;
  await pair.healthy();
  await pair.nodes[primary].kill();
  const shown = await pair.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
  if (kind === 'rejoin') {
    const run = await pair.change('failover');
    if (run.status !== 'succeeded') throw new Error(`failover ${run.status}: ${JSON.stringify(run.problem)}`);
  }
  return shown.loss?.transactions.atMost ?? null;
}

async function oneRun(pair: ChaosPair, ledger: Ledger, random: Random, n: number): Promise<ChaosRow> {
  const now = await pair.tandem.services.pairs.get(pair.pairId);
  const [primary, standby]: [Name, Name] = now.primary.serverName === 'db1' ? ['db1', 'db2'] : ['db2', 'db1'];
  const kind = pickKind(random);
  const fault = pickFault(random, pair.faults, kind);
  const share = random.next();
  const atMost = await prepare(pair, kind, primary);
  const writers = watchWriters(pair.nodes);
  const operationId = await pair.start(kind);
  const { plan } = await pair.tandem.services.operations.get(operationId);
  const names = plan.steps.map((s) => s.name);
  const wished = names[Math.floor(share * names.length)] ?? 'ready';
  const row: ChaosRow = {
    n,
    kind,
    fault: fault.name,
    step: wished,
    fired: false,
    missed: 'the run was over',
    status: '',
    lost: 0,
    atMost,
  };
  if (await reach(pair, operationId, wished)) {
    const step = await stepNow(pair, operationId);
    const struck = await fault.strike({ pair, operationId, primary, standby }).then(
      () => null,
      (error: unknown) => String(error).split('\n')[0] ?? '',
    );
    row.fired = struck === null && step !== null;
    row.missed = struck ?? (step === null ? row.missed : null);
    row.step = step ?? wished;
  }
  row.status = await settle(pair, operationId);
  await heal(pair);
  const overlaps = await writers.end();
  if (overlaps > 0) throw new Error(`run ${n}: two nodes accepted writes at once`);
  await checkInvariants(pair, ledger, row);
  return row;
}

/** A pair under a ledger, on which runs with faults follow one another. */
export interface Chaos {
  tandem: ChaosPair['tandem'];
  /** One operation with a fault inside; throws with the seed at the first broken promise. */
  run(random: Random, seed: number, n: number): Promise<ChaosRow>;
  stop(): Promise<void>;
}

/** `open` makes the pair, which the chaos stops at its end. */
export async function openChaos(open: () => Promise<ChaosPair>): Promise<Chaos> {
  const pair = await open();
  await createLedgerTable(pair.nodes.db1);
  const ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
  return {
    tandem: pair.tandem,
    run: async (random, seed, n) => {
      try {
        return await oneRun(pair, ledger, random, n);
      } catch (error) {
        throw new Error(`seed ${seed}, run ${n}`, { cause: error });
      }
    },
    stop: async () => {
      await ledger.stop();
      await pair.stop();
    },
  };
}
