import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adopt } from '#e2e/integration/tandem/adopt.ts';
import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { replicateByHand } from '#e2e/lab/containers/create-server-pair.ts';
import { createUnit } from '#e2e/lab/containers/create-server-postgres.ts';
import type { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { until } from '#e2e/lab/processes/until.ts';
import type { Assessment, ChangeKind } from '#server/domain/assessment.ts';

const MINUTES_5_S = 300;
const HOUR_S = 3_600;

let servers: ServerLab;
let tandem: TestTandem;
let acting: ReturnType<typeof actingOn>;
let pairId: string;
let nodes: Record<'db1' | 'db2', ServerPostgres>;
let ledger: Ledger;

beforeAll(async () => {
  [servers, tandem] = await Promise.all([
    startServers([
      { name: 'db1', suite: 'trixie', ownClock: true },
      { name: 'db2', suite: 'trixie', ownClock: true },
    ]),
    startTandem(),
  ]);
  const [db1, db2] = await Promise.all([
    createUnit(servers.host('db1')),
    createUnit(servers.host('db2')),
    tandem.startWorker(),
  ]);
  nodes = { db1, db2 };
  await replicateByHand(db1, db2);
  await createLedgerTable(db1);
  ledger = startLedger([db1, db2]);
  const [primaryServerId] = await Promise.all([
    tandem.addServer(servers, 'db1'),
    tandem.addServer(servers, 'db2'),
  ]);
  const primaryDataDirectory = db1.location.dataDirectory;
  const { pair } = await adopt(tandem, { name: 'shop', primaryServerId, primaryDataDirectory });
  pairId = pair.id;
  acting = actingOn(tandem, pairId);
  await acting.healthy();
  await succeeds('prepare');
});
afterAll(async () => {
  await ledger?.stop();
  await tandem?.stop();
  await servers?.stop();
});

async function succeeds(kind: ChangeKind): Promise<void> {
  const run = await acting.change(kind);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
}

/** How far the clock of a server is ahead of this machine's, s, as its own SQL says. */
async function aheadOf(node: ServerPostgres): Promise<number> {
  return Number(await node.sql('SELECT extract(epoch FROM clock_timestamp())')) - Date.now() / 1_000;
}

async function jump(name: 'db1' | 'db2', aheadS: number): Promise<void> {
  await servers.host(name).clock.set(aheadS);
  await until(`the clock of ${name} jumps`, async () => Math.abs((await aheadOf(nodes[name])) - aheadS) < 5);
}

const clockGate = (a: Assessment) => a.gates.find((g) => g.code === 'clocks-agree');

const accepts = async (node: ServerPostgres): Promise<boolean> =>
  (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';

describe('a pair whose clocks are minutes apart', () => {
  it('is healthy and its lag is the true one, while a switchover warns of the clocks', async () => {
    for (const aheadS of [MINUTES_5_S, -MINUTES_5_S]) {
      await jump('db2', aheadS);
      const warned = (a: Assessment): boolean => clockGate(a)?.state === 'warning';
      const gate = clockGate(await acting.assess('switchover', warned));
      const apartMs = Number.parseInt(gate?.detail.en ?? '', 10);
      expect(Math.abs(apartMs - MINUTES_5_S * 1_000)).toBeLessThan(5_000);
      await ledger.report();
      await acting.healthy();
      const { sample } = await tandem.services.pairs.get(pairId);
      expect(sample?.lag.seconds).not.toBeNull();
      expect(sample?.lag.seconds).toBeLessThan(10);
    }
  });

  it('changes its roles there and back and loses no acknowledged commit', async () => {
    for (const [to, aheadS] of [['db2', MINUTES_5_S], ['db1', -MINUTES_5_S]] as const) {
      await jump('db2', aheadS);
      await acting.healthy();
      await ledger.report();
      await succeeds('switchover');
      await acting.healthy();
      await ledger.report();
      expect(await ledger.missingOn(nodes[to])).toEqual([]);
    }
  }); // prettier-ignore

  it('fails over, and takes back a server that boots an hour ahead, without two that accept writes', async () => {
    const host = servers.host('db1');
    await host.losePower();
    await acting.assess('failover', (a) => a.diagnosis?.class === 'host-down');
    await succeeds('failover');
    await host.powerOn();
    await host.clock.set(HOUR_S);
    const owed = async (): Promise<boolean> =>
      (await tandem.services.pairs.get(pairId)).pendingFence !== null;
    await until('nothing is owed', async () => !(await owed()), { timeoutMs: 60_000 });
    expect(await accepts(nodes.db1)).toBe(false);
    await succeeds('rejoin');
    await acting.healthy();
    expect(await aheadOf(nodes.db1)).toBeGreaterThan(HOUR_S - 60);
    expect([await accepts(nodes.db1), await accepts(nodes.db2)]).toEqual([false, true]);
  });
});
