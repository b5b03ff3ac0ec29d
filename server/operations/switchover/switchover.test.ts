import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import {
  CHANGE_INPUT,
  changeEffectsOf,
  changeSnapshotOf,
  FakeChangeWorld,
} from '#server/testing/fake-world/fake-change-world.ts';
import { FAKE_POOL } from '#server/testing/fake-world/fake-routes.ts';
import type { ChangeObservation } from '../change/look.ts';
import type { SwitchoverInput } from './input.ts';
import { switchover } from './switchover.ts';

const INPUT = {
  ...CHANGE_INPUT,
  outageLimitMs: 30_000,
  syncWhileAlone: 'release',
  maxNotReceivedBytes: 16 * 1024 ** 2,
  maxNotReplayedBytes: 16 * 1024 ** 2,
};

type Subject = MatrixSubject<FakeChangeWorld, ChangeObservation, SwitchoverInput>;

function subjectWith(change: (world: FakeChangeWorld) => void = () => undefined): Subject {
  return {
    operation: switchover,
    input: INPUT,
    makeWorld: (clock) => {
      const world = new FakeChangeWorld(clock);
      change(world);
      return world;
    },
    snapshot: changeSnapshotOf,
    effects: changeEffectsOf,
  };
}

const subject = subjectWith();
const synchronous: Subject = {
  ...subjectWith((w) => w.makeSynchronous()),
  input: { ...INPUT, mode: 'synchronous', syncWhileAlone: 'keep' },
};
/** Applications write through a PgBouncer; the limit outlasts the lease of a worker that crashes while they wait. */
const pooled: Subject = { ...subject, input: { ...INPUT, outageLimitMs: 120_000, routes: [FAKE_POOL] } };
const cells = Object.entries({ async: subject, sync: synchronous, pool: pooled }).flatMap(([mode, s]) =>
  cellsOf(s).map((cell) => ({ ...cell, s, mode })),
);
/** The old host goes away with its shutdown checkpoint sent, and comes back when a person is asked. */
const hostLost: Subject = {
  ...subjectWith((w) => (w.pair.postgres.db1.vanishesAtStop = 'after-checkpoint')),
  mend: (w) => (w.pair.hosts.db1.reachable = true),
};
/** The fence holds the old primary read-only before anybody stopped it. */
const bootedFenced = subjectWith((w) => (w.pair.postgres.db1.bootsFenced = true));
const BEFORE_STOP = ['reserve-wal', 'point-old', 'sign-old'];
const bootedCells = cellsOf(bootedFenced).filter((c) => c.fault === 'crash' && BEFORE_STOP.includes(c.step));
const lostCells = cellsOf(hostLost).filter((c) => c.fault === 'crash');

/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 540;

describe('switchover', () => {
  it('is well formed', () => {
    assertWellFormed(switchover);
  });

  it('moves the primary, and the old one comes back as its standby without a rebuild', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({
      recorded: { epoch: 2, primaryInstanceId: 'instance-db2', mustRejoinInstanceId: null },
      db1: { timeline: 2, writable: false },
      db2: { timeline: 2, writable: true },
      world: { db1: { slots: [] }, db2: { slots: ['tandem_shop'] } },
    });
    expect(r.effects).toMatchObject({ 'db1 stop': 1, 'db2 promote': 1, 'db1 start': 1 });
  });

  it('promotes although the first wish is swallowed', async () => {
    const r = await runCell(
      subjectWith((w) => (w.pair.postgres.db2.swallowsPromotions = 1)),
      null,
    );
    expect(r.operation.status).toBe('succeeded');
    expect(r.asked).toBe(false);
    expect(r.effects['db2 promote']).toBe(1);
  });

  it('gives back a writable old primary when it ends without a shutdown checkpoint', async () => {
    const r = await runCell(
      subjectWith((w) => (w.pair.postgres.db1.stopsUncleanly = true)),
      null,
    );
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it('gives back a writable old primary when its host boots between the fence and the stop', async () => {
    const r = await runCell(bootedFenced, null);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.message).toContain('was started since it was fenced');
    expect(r.after).toEqual(r.before);
    expect(r.after).toMatchObject({ db1: { writable: true } });
  });

  it.each(bootedCells)(
    'gives it back after such a boot with a crash at $direction $step $point',
    async (cell) => {
      const r = await runCell(bootedFenced, cell);
      expect(r.operation.status).toBe('undone');
      expect(r.after).toEqual(r.before);
    },
  );

  it('goes on when the stop hangs after its checkpoint and the other node has everything', async () => {
    const r = await runCell(
      subjectWith((w) => (w.pair.postgres.db1.hangsAtStop = true)),
      null,
    );
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
  });

  it('goes forward without the old host when the standby received its shutdown checkpoint, and owes the fence', async () => {
    const { mend: _, ...gone } = hostLost;
    const r = await runCell(gone, null);
    expect(r.operation).toMatchObject({ status: 'needs-attention', committed: true });
    expect(r.after).toMatchObject({
      recorded: { epoch: 2, primaryInstanceId: 'instance-db2', mustRejoinInstanceId: 'instance-db1' },
      db2: { timeline: 2, writable: true },
      owed: ['pair-1:1'],
    });
  });

  it('asks when the old host is lost before its shutdown checkpoint arrived, and promotes nobody', async () => {
    const r = await runCell(
      subjectWith((w) => (w.pair.postgres.db1.vanishesAtStop = 'before-checkpoint')),
      null,
    );
    expect(r.operation).toMatchObject({ status: 'needs-attention', committed: false });
    expect(r.operation.problem?.code).toBe('WOULD_LOSE_DATA');
    expect(r.effects['db2 promote']).toBeUndefined();
  });

  it('gives the old primary back when its host returns without a proof and the person undoes', async () => {
    const r = await runCell(
      {
        ...subjectWith((w) => (w.pair.postgres.db1.vanishesAtStop = 'before-checkpoint')),
        mend: hostLost.mend ?? (() => undefined),
      },
      null,
    );
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it('refuses a standby that does not stream, and changes nothing', async () => {
    const r = await runCell(
      subjectWith((w) => w.pair.postgres.db2.crash()),
      null,
    );
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
    expect(r.effects).toEqual({});
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    const all = cells.length + lostCells.length;
    process.stdout.write(`crash matrix of switchover: ${all} cells\n`);
    expect(all).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises ($mode) after $fault at $direction $step $point', ({ s, ...cell }) =>
    expectPromises(s, cell),
  );

  it.each(lostCells)(
    'keeps its promises with the old host lost after crash at $direction $step $point',
    async (cell) => {
      const [undisturbed, r] = [await runCell(hostLost, null), await runCell(hostLost, cell)];
      expect(undisturbed.operation.status).toBe('succeeded');
      if (cell.direction === 'forward') {
        expect(r.operation.status).toBe('succeeded');
        expect(r.after).toEqual(undisturbed.after);
      } else {
        expect(r.operation.status).toBe('undone');
        expect(r.after).toEqual(r.before);
      }
    },
  );
});
