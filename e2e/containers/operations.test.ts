import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adopt } from '#e2e/integration/tandem/adopt.ts';
import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { replicateByHand } from '#e2e/lab/containers/create-server-pair.ts';
import { CREATE_SERVER } from '#e2e/lab/containers/create-server-postgres.ts';
import type { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { until } from '#e2e/lab/processes/until.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import { expectNeverWritable, startsOf } from './start-every-way.ts';

/** Every way to root: sudo without and with a password, and root itself. */
const LOGINS = {
  debian: [{}, {}],
  systemd: [{ user: 'root' }, { sudo: 'password', password: 'practice-sudo' }],
} as const;
/** PostgreSQL 15 and 17, systemd 252 and 257. */
const SUITE = { debian: 'bookworm', systemd: 'trixie' } as const;

const isWritable = async (node: ServerPostgres): Promise<boolean> =>
  (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';

function show(what: string, run: OperationView): void {
  const steps = run.steps
    .map((s) => `${s.name} ${(s.finishedAtMs ?? 0) - (s.startedAtMs ?? 0)} ${s.fact?.en ?? s.state}`)
    .join('; ');
  process.stdout.write(`${what}: ${run.status}; ${steps}\n`);
}

describe.each(['debian', 'systemd'] as const)('a pair on whole servers: %s', (kind) => {
  let servers: ServerLab;
  let tandem: TestTandem;
  let acting: ReturnType<typeof actingOn>;
  let pairId: string;
  let nodes: Record<'db1' | 'db2', ServerPostgres>;
  let ledger: Ledger;

  beforeAll(async () => {
    [servers, tandem] = await Promise.all([
      startServers([
        { name: 'db1', suite: SUITE[kind], ...LOGINS[kind][0] },
        { name: 'db2', suite: SUITE[kind], language: 'de', ...LOGINS[kind][1] },
      ]),
      startTandem(),
    ]);
    const [db1, db2] = await Promise.all([
      CREATE_SERVER[kind](servers.host('db1')),
      CREATE_SERVER[kind](servers.host('db2')),
      tandem.startWorker(),
    ]);
    nodes = { db1, db2 };
    await replicateByHand(db1, db2);
    await createLedgerTable(db1);
    ledger = startLedger([db1, db2]);
  });
  afterAll(async () => {
    await ledger?.stop();
    await tandem?.stop();
    await servers?.stop();
  });

  const primaryIs = async (name: string): Promise<void> => {
    expect((await tandem.services.pairs.get(pairId)).primary.serverName).toBe(name);
  };

  it('is adopted as what it is, and prepared', async () => {
    const [primaryServerId] = await Promise.all([
      tandem.addServer(servers, 'db1'),
      tandem.addServer(servers, 'db2'),
    ]);
    const primaryDataDirectory = nodes.db1.location.dataDirectory;
    const { pair } = await adopt(tandem, { name: 'shop', primaryServerId, primaryDataDirectory });
    pairId = pair.id;
    for (const instanceId of [pair.primary.instanceId, pair.standby.instanceId]) {
      const row = await tandem.prisma.instance.findUniqueOrThrow({ where: { id: instanceId } });
      expect(row).toMatchObject({ kind, name: nodes.db1.name });
    }
    acting = actingOn(tandem, pairId);
    await acting.healthy();
    await tandem.services.changes.assess(pairId, 'switchover', null);
    const prepared = await acting.change('prepare');
    show('prepare', prepared);
    expect(prepared.problem).toBeNull();
    expect(prepared.status).toBe('succeeded');
  });

  it('switches over and back and loses no acknowledged commit', async () => {
    for (const to of ['db2', 'db1'] as const) {
      await acting.healthy();
      await ledger.report();
      const run = await acting.change('switchover');
      show(`switchover to ${to}`, run);
      expect(run.problem).toBeNull();
      expect(run.status).toBe('succeeded');
      await primaryIs(to);
      await acting.healthy();
      const report = await ledger.report();
      process.stdout.write(`${kind}: outage ${report.longestGapMs.toFixed(0)} ms, ${report.failed} failed\n`);
      expect(await ledger.missingOn(nodes[to])).toEqual([]);
    }
  });

  it('takes over when the primary loses power, and keeps the old one from writing through a reboot', async () => {
    const host = servers.host('db1');
    await host.losePower();
    await acting.assess('failover', (a) => a.diagnosis?.class === 'host-down');
    const run = await acting.change('failover');
    show('failover', run);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await primaryIs('db2');
    await host.powerOn();
    await until(
      'nothing is owed',
      async () => (await tandem.services.pairs.get(pairId)).pendingFence === null,
      { timeoutMs: 60_000 },
    );
    expect(await isWritable(nodes.db1)).toBe(false);
    await host.reboot();
    expect(await isWritable(nodes.db1)).toBe(false);
    expect(await isWritable(nodes.db2)).toBe(true);
  });

  it('takes the old primary back by a rewind, with its start at boot, and switches back', async () => {
    const seen = await acting.assess('rejoin', (a) => a.ways.some((w) => w.way === 'rewind' && w.feasible));
    process.stdout.write(`rejoin: ${JSON.stringify(seen.ways.map((w) => [w.way, w.feasible]))}\n`);
    const run = await acting.change('rejoin', { way: 'rewind' });
    show('rejoin', run);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await acting.healthy();
    await servers.host('db1').reboot();
    await until('the standby is back after a reboot', () => nodes.db1.isAlive());
    expect(await isWritable(nodes.db1)).toBe(false);
    await acting.healthy();
    const back = await acting.change('switchover');
    show('switchover back', back);
    expect(back.problem).toBeNull();
    await primaryIs('db1');
    await acting.healthy();
    expect(await isWritable(nodes.db1)).toBe(true);
    expect(await isWritable(nodes.db2)).toBe(false);
  });

  it('fences an old primary whose host answers against every way to start it, with and without Tandem', async () => {
    await nodes.db1.stop();
    await acting.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
    const taken = await acting.change('failover');
    show('failover', taken);
    expect(taken.problem).toBeNull();
    expect(taken.status).toBe('succeeded');
    await expectNeverWritable(nodes.db1, startsOf(nodes.db1, kind));
    await tandem.killWorkers();
    await expectNeverWritable(nodes.db1, startsOf(nodes.db1, kind));
    await tandem.startWorker();
    expect(await isWritable(nodes.db2)).toBe(true);
  });

  it('takes an old primary back by a new copy beside its old directory', async () => {
    const run = await acting.change('rejoin', { way: 'rebuild' });
    show('rebuild', run);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await acting.healthy();
    await primaryIs('db2');
    expect(await isWritable(nodes.db1)).toBe(false);
    expect(await nodes.db1.unitState()).toBe('active');
    expect(await nodes.db1.sql('SHOW config_file')).toBe(
      `${nodes.db1.location.configDirectory}/postgresql.conf`,
    );
  });
});
