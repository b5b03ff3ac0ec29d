import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { until } from '#e2e/integration/platform/until.ts';
import { startStreamingPair, type StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import { ADA } from '#e2e/integration/tandem/start-tandem.ts';
import { pickFault, reach } from './faults.ts';
import type { Random } from './random.ts';

type Name = 'db1' | 'db2';
type Kind = 'switchover' | 'failover';

export interface ChaosRow {
  n: number;
  kind: Kind;
  fault: string;
  step: string;
  fired: boolean;
  status: string;
  lost: number;
  atMost: number | null;
}

const SETTLED = ['succeeded', 'undone', 'cancelled', 'closed', 'needs-attention'];
const DEADLINE_MS = 240_000;

const isWritable = async (pair: StreamingPair, name: Name): Promise<boolean> =>
  (await pair.nodes[name].sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';

/** The promises, looked at from outside after each run. */
async function checkInvariants(pair: StreamingPair, ledger: Ledger, row: ChaosRow): Promise<void> {
  const writable = { db1: await isWritable(pair, 'db1'), db2: await isWritable(pair, 'db2') };
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

/** A person answers each question by going on, or by undoing what cannot go on. */
async function settle(pair: StreamingPair, id: string): Promise<string> {
  const { operations } = pair.tandem.services;
  for (let asked = 0; ; asked += 1) {
    const view = await until(`run ${id} settles`, DEADLINE_MS, async () => {
      const found = await operations.get(id);
      return SETTLED.includes(found.status) ? found : null;
    });
    if (view.status !== 'needs-attention') return view.status;
    if (asked > 4) throw new Error(`the run asks for ever: ${JSON.stringify(view.problem)}`);
    await pair.startNodes();
    await (view.allowed.undo && asked > 1 ? operations.undo(id, ADA) : operations.retry(id, ADA));
  }
}

/** Whatever is broken is mended as an admin would: nodes started, the old primary rejoined. */
async function heal(pair: StreamingPair): Promise<void> {
  const { pairs } = pair.tandem.services;
  await pair.startNodes();
  await until('nothing is owed', 90_000, async () => (await pairs.get(pair.pairId)).pendingFence === null);
  const { mustRejoin } = await pairs.get(pair.pairId);
  if (mustRejoin !== null) {
    const status = await settle(pair, await pair.start('rejoin'));
    if (status !== 'succeeded') throw new Error(`rejoin ${status}`);
  }
  await pair.healthy();
}

async function oneRun(pair: StreamingPair, ledger: Ledger, random: Random, n: number): Promise<ChaosRow> {
  const now = await pair.tandem.services.pairs.get(pair.pairId);
  const [primary, standby]: [Name, Name] = now.primary.serverName === 'db1' ? ['db1', 'db2'] : ['db2', 'db1'];
  const kind: Kind = random.next() < 0.7 ? 'switchover' : 'failover';
  const fault = pickFault(random);
  let atMost: number | null = null;
  if (kind === 'failover') {
    await pair.nodes[primary].kill();
    const shown = await pair.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
    atMost = shown.loss?.transactions.atMost ?? null;
  }
  const operationId = await pair.start(kind);
  const { plan } = await pair.tandem.services.operations.get(operationId);
  const names = plan.steps.map((s) => s.name);
  const step = names[Math.floor(random.next() * names.length)] ?? 'ready';
  const row: ChaosRow = { n, kind, fault: fault.name, step, fired: false, status: '', lost: 0, atMost };
  if (await reach(pair, operationId, step)) {
    row.fired = await fault.strike({ pair, operationId, step, primary, standby }).then(
      () => true,
      () => false,
    );
  }
  row.status = await settle(pair, operationId);
  await heal(pair);
  await checkInvariants(pair, ledger, row);
  return row;
}

/** A pair under a ledger, on which runs with faults follow one another. */
export interface Chaos {
  /** One operation with a fault inside; throws with the seed at the first broken promise. */
  run(random: Random, seed: number, n: number): Promise<ChaosRow>;
  stop(): Promise<void>;
}

export async function openChaos(): Promise<Chaos> {
  const pair = await startStreamingPair({ primary: { fsync: true } });
  await createLedgerTable(pair.nodes.db1);
  const ledger = startLedger([pair.nodes.db1, pair.nodes.db2]);
  return {
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
