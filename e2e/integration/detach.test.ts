import { afterEach, describe, expect, it } from 'vitest';
import { until } from './platform/until.ts';
import { expectSuccess } from './tandem/expect-success.ts';
import { startPairUnderLedger } from './tandem/pair-under-ledger.ts';

let pair: Awaited<ReturnType<typeof startPairUnderLedger>>;

async function begin(mode: 'asynchronous' | 'synchronous'): Promise<void> {
  pair = await startPairUnderLedger({ mode });
}
afterEach(async () => {
  await pair.stop();
});

const view = () => pair.tandem.services.pairs.get(pair.pairId);
const slots = () => pair.nodes.db1.sql('SELECT slot_name FROM pg_replication_slots');
const streams = () => pair.nodes.db1.sql('SELECT state FROM pg_stat_replication');
const syncNames = () => pair.nodes.db1.sql('SHOW synchronous_standby_names');
const isShown = (code: string) =>
  until(`the pair is shown as ${code}`, 30_000, async () => (await view()).sample?.diagnosis.code === code);

/** Acknowledged commits went on while `act` ran, and none waited longer than this. */
async function writesGoOn(act: () => Promise<void>): Promise<void> {
  await pair.ledger.report();
  await act();
  const report = await pair.ledger.report();
  process.stdout.write(`longest gap ${report.longestGapMs.toFixed(0)} ms, failed ${report.failed}\n`);
  expect(report.acknowledged.length).toBeGreaterThan(10);
  expect(report.failed).toBe(0);
  expect(report.longestGapMs).toBeLessThan(2_000);
}

describe('a standby that is let go, on practice hosts', () => {
  it.each(['asynchronous', 'synchronous'] as const)(
    'keeps the primary writing (%s), and follows again without a rebuild',
    async (mode) => {
      await begin(mode);
      const before = await syncNames();
      await writesGoOn(() => expectSuccess(pair, 'detach'));
      expect(await slots()).toBe('');
      expect(await syncNames()).toBe('');
      expect(await pair.nodes.db2.isAlive()).toBe(false);
      await isShown('standby-detached');
      expect((await view()).detached).not.toBeNull();
      const failover = await refusalOf('failover');
      expect(failover).toContain('was detached on');
      expect(await refusalOf('switchover')).toContain('was detached on');

      const look = await pair.assess('attach');
      expect(look.chosenWay).toBe('start');
      await expectSuccess(pair, 'attach');
      expect(await streams()).toBe('streaming');
      expect(await syncNames()).toBe(before);
      await pair.healthy();
      expect((await view()).detached).toBeNull();
      expect(pair.ledger.acknowledged().length).toBeGreaterThan(10);
      const run = await pair.change('switchover');
      expect(run.problem).toBeNull();
      expect(await pair.ledger.missingOn(pair.nodes.db2)).toEqual([]);
    },
  );

  it('is rebuilt beside its old directory when the primary has no WAL for it any more, each time anew', async () => {
    await begin('asynchronous');
    // Nothing holds WAL back but the slot.
    await pair.nodes.db1.sql("ALTER SYSTEM SET wal_keep_size = '0'");
    await pair.nodes.db1.reload();
    const asides: string[] = [];
    for (const round of [1, 2]) {
      await expectSuccess(pair, 'detach');
      for (let n = 0; n < 6; n += 1)
        await pair.nodes.db1.sql(
          'SELECT pg_switch_wal(); INSERT INTO ledger VALUES (-1) ON CONFLICT DO NOTHING; CHECKPOINT',
          'shop',
        );
      const look = await pair.assess('attach', (a) => a.chosenWay === 'rebuild');
      expect(look.ways.find((way) => way.way === 'start')).toMatchObject({ feasible: false });
      await expectSuccess(pair, 'attach');
      expect(await streams()).toBe('streaming');
      await pair.healthy();
      const kept = await pair.lab
        .host('db2')
        .run(['sh', '-c', `ls -d ${pair.nodes.db2.location.dataDirectory}.tandem-old-*`]);
      asides.splice(0, asides.length, ...kept.stdout.trim().split('\n'));
      expect(asides).toHaveLength(round);
    }
  });

  it('pauses replay with proof, refuses a switchover meanwhile, and lets a failover go on first', async () => {
    await begin('asynchronous');
    await expectSuccess(pair, 'pause-replay');
    expect(await pair.nodes.db2.sql('SELECT pg_get_wal_replay_pause_state()')).toBe('paused');
    await isShown('replay-paused');
    const look = await pair.assess('switchover', (a) => a.readiness === 'not-ready');
    expect(look.gates.find((gate) => gate.code === 'replay-runs')).toMatchObject({ state: 'blocking' });
    await expectSuccess(pair, 'resume-replay');
    expect(await pair.nodes.db2.sql('SELECT pg_get_wal_replay_pause_state()')).toBe('not paused');
    await pair.healthy();

    await expectSuccess(pair, 'pause-replay');
    await until(
      'writes wait for replay',
      10_000,
      async () => (await pair.ledger.report()).acknowledged.length > 20,
    );
    await pair.nodes.db1.kill();
    await pair.assess('failover', (a) => a.diagnosis?.class === 'postgres-down');
    const run = await pair.change('failover');
    expect(run.problem).toBeNull();
    expect(run.steps.map((s) => s.name)).toContain('resume-replay');
    expect(await pair.nodes.db2.sql('SELECT pg_is_in_recovery()')).toBe('f');
  });
});

/** Why the newest look refuses it. */
async function refusalOf(kind: 'switchover' | 'failover'): Promise<string> {
  let refusal: string | null = null;
  await until(`${kind} is refused`, 30_000, async () => {
    const { assessment, fresh } = await pair.tandem.services.changes.assess(pair.pairId, kind, null);
    refusal = fresh ? (assessment?.refusal?.en ?? null) : null;
    return refusal !== null;
  });
  return refusal ?? '';
}
