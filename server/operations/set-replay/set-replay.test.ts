import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import type { ReplayInput } from './input.ts';
import type { ReplayObservation } from './look.ts';
import { setReplay } from './set-replay.ts';

const side = (serverName: string, dataDirectory: string) => ({
  serverId: `server-${serverName}`,
  serverName,
  instanceId: `instance-${serverName}`,
  location: plainLocation({ dataDirectory }),
});
const INPUT = {
  pairId: 'pair-1',
  pairName: 'shop',
  wanted: 'paused',
  systemIdentifier: '7300000000000000001',
  primary: side('db1', '/data/main'),
  standby: side('db2', '/data/standby'),
};

type Subject = MatrixSubject<FakePairWorld, ReplayObservation, ReplayInput>;

function subjectWith(wanted: ReplayInput['wanted'], change: (w: FakePairWorld) => void = () => undefined) {
  const subject: Subject = {
    operation: setReplay,
    input: { ...INPUT, wanted },
    makeWorld: (clock: TestClock) => {
      const world = new FakePairWorld(clock);
      const { db1, db2 } = world.postgres;
      db2.initialiseStandbyOf(db1, 'tandem_shop');
      db2.activityNow = { ...db2.activityNow, replayPaused: wanted === 'running' };
      change(world);
      return world;
    },
    snapshot: (w) => ({ world: snapshotOf(w), paused: w.postgres.db2.activityNow.replayPaused }),
    effects: (w) => w.postgres.db2.effects,
  };
  return subject;
}

const subjects = { paused: subjectWith('paused'), running: subjectWith('running') };
const cells = Object.values(subjects).flatMap((s) => cellsOf(s).map((cell) => ({ ...cell, s })));
const CELLS_AT_LEAST = 36;

describe('set-replay', () => {
  it('is well formed', () => {
    assertWellFormed(setReplay);
  });

  it.each(Object.entries(subjects))('leaves replay %s and proves it', async (wanted, s) => {
    const r = await runCell(s, null);
    expect(r.operation.problem).toBeNull();
    expect(r.after).toMatchObject({ paused: wanted === 'paused' });
  });

  it('refuses a pause while commits wait for replay', async () => {
    const s = subjectWith('paused', ({ postgres }) => {
      postgres.db1.inForce.set('synchronous_commit', 'remote_apply');
      postgres.db1.inForce.set('synchronous_standby_names', '"tandem_shop"');
    });
    const r = await runCell(s, null);
    expect(r.operation.problem?.data?.['gate']).toBe('commits-go-on');
    expect(r.after).toEqual(r.before);
  });

  it('refuses to let replay go on that waits for higher settings: the server would shut down', async () => {
    const s = subjectWith('running', ({ postgres: { db2 } }) => {
      db2.requiredSettings = { ...db2.requiredSettings, max_wal_senders: 20 };
    });
    const r = await runCell(s, null);
    expect(r.operation.problem?.data?.['gate']).toBe('settings-suffice');
    expect(r.effects).toEqual({});
  });

  it('refuses a server that accepts writes', async () => {
    const r = await runCell(
      subjectWith('paused', (w) => w.postgres.db2.promoteByHand()),
      null,
    );
    expect(r.operation.problem?.data?.['gate']).toBe('is-standby');
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of set-replay: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises after $fault at $direction $step $point', ({ s, ...cell }) =>
    expectPromises(s, cell),
  );
});
