import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import {
  CHANGE_INPUT,
  changeEffectsOf,
  changeSnapshotOf,
  FakeChangeWorld,
} from '#server/testing/fake-world/fake-change-world.ts';
import { loseReload } from '#server/testing/fake-world/lose-reload.ts';
import { detachStandby } from './detach-standby.ts';
import type { DetachInput } from './input.ts';
import type { DetachObservation } from './look.ts';

/** The pins of a rejoin: what comes back later is the standby, db2. */
const INPUT = {
  ...CHANGE_INPUT,
  oldPrimary: CHANGE_INPUT.newPrimary,
  newPrimary: CHANGE_INPUT.oldPrimary,
  syncNames: null,
  standbyReachable: true,
};
const SYNC = '"tandem_shop"';
type Subject = MatrixSubject<FakeChangeWorld, DetachObservation, DetachInput>;

function subjectWith(input: Json, change: (w: FakeChangeWorld) => void = () => undefined): Subject {
  return {
    operation: detachStandby,
    input,
    makeWorld: (clock) => {
      const world = new FakeChangeWorld(clock);
      change(world);
      return Object.assign(world, { oldPrimary: world.newPrimary, newPrimary: world.oldPrimary });
    },
    // A run that was taken up later records a later instant.
    snapshot: (world) =>
      JSON.parse(
        JSON.stringify(changeSnapshotOf(world), (key, value: unknown) => (key === 'sinceMs' ? 0 : value)),
      ) as unknown,
    effects: changeEffectsOf,
  };
}

const synchronous = (w: FakeChangeWorld): void => {
  w.makeSynchronous();
  w.pair.postgres.db1.inForce.set('synchronous_standby_names', SYNC);
};
const away = (w: FakeChangeWorld): void => {
  w.pair.postgres.db2.crash();
  w.pair.hosts.db2.reachable = false;
};
const subjects = {
  asynchronous: subjectWith(INPUT),
  synchronous: subjectWith({ ...INPUT, mode: 'synchronous', syncNames: SYNC }, synchronous),
  'host away': subjectWith({ ...INPUT, standbyReachable: false }, away),
};
const cells = Object.entries(subjects).flatMap(([story, s]) =>
  cellsOf(s).map((cell) => ({ ...cell, story, s })),
);
const CELLS_AT_LEAST = 159;

describe('detach-standby', () => {
  it('is well formed', () => {
    assertWellFormed(detachStandby);
  });

  it.each(Object.entries(subjects))('leaves nothing that waits for the standby (%s)', async (_, s) => {
    const r = await runCell(s, null);
    expect(r.operation.problem).toBeNull();
    expect(r.after).toMatchObject({
      recorded: { primaryInstanceId: 'instance-db1', mustRejoinInstanceId: null, detached: {} },
      world: { db1: { running: true, slots: [] }, db2: { running: false } },
    });
  });

  it('empties synchronous_standby_names before the standby stops, and keeps what it was', async () => {
    const r = await runCell(subjects.synchronous, null);
    const order = r.operation.plan.steps.map((step) => step.name);
    expect(order.indexOf('release-sync')).toBeLessThan(order.indexOf('stop-standby'));
    expect(r.after).toMatchObject({ recorded: { detached: { syncNames: SYNC } } });
  });

  it('lets commits wait again when it is undone, although a reload was lost on the way back', async () => {
    const worlds: FakeChangeWorld[] = [];
    const { synchronous: subject } = subjects;
    const makeWorld: typeof subject.makeWorld = (clock) => {
      const world = subject.makeWorld(clock);
      worlds.push(world);
      loseReload(world.pair.postgres.db1, 2);
      return world;
    };
    const cell = {
      step: 'stop-standby',
      direction: 'forward',
      point: 'after-start-record',
      fault: 'cancel',
    } as const;
    const r = await runCell({ ...subject, makeWorld }, cell);
    expect(r.operation.status).toBe('undone');
    expect(worlds[0]?.pair.postgres.db1.inForce.get('synchronous_standby_names')).toBe(SYNC);
  });

  it('refuses a standby whose next start would be writable', async () => {
    const s = subjectWith(INPUT, (w) => w.pair.hosts.db2.files.delete('/data/standby/standby.signal'));
    const r = await runCell(s, null);
    expect(r.operation.problem?.data?.['gate']).toBe('standby-stays-read-only');
    expect(r.after).toEqual(r.before);
  });

  it('refuses when commits have come to wait for somebody since the look', async () => {
    const r = await runCell(subjectWith(INPUT, synchronous), null);
    expect(r.operation.problem?.data?.['gate']).toBe('commits-go-on');
    expect(r.effects).toEqual({});
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of detach-standby: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises ($story) after $fault at $direction $step $point', ({ s, ...cell }) =>
    expectPromises(s, cell, {
      also: ({ after }) => expect(after).toMatchObject({ db1: { writable: true }, db2: { writable: false } }),
    }),
  );
});
