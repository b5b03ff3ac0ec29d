import { describe, expect, it, vi } from 'vitest';
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
import type { RejoinInput } from './input.ts';
import type { RejoinObservation } from './look.ts';
import { rejoin } from './rejoin.ts';

const FORK = { timeline: 1, lsn: '0/3000060' };
const INPUT = {
  ...CHANGE_INPUT,
  epoch: 2,
  way: 'rewind',
  fork: FORK,
  diverged: true,
  walSegmentBytes: 16 * 1024 ** 2,
  keptIn: '/data/main.tandem-kept-2',
  buildIn: '/data/main.tandem-new-2',
  asideTo: '/data/main.tandem-old-2',
  databaseBytes: 200 * 1024 ** 2,
};
type Subject = MatrixSubject<FakeChangeWorld, RejoinObservation, RejoinInput>;

/** The new primary has the WAL that a standby needs next. */
function promote(world: FakeChangeWorld): void {
  world.promoteStandby();
  world.pair.hosts.db2.putFile('/data/standby/pg_wal/000000020000000000000001', 'WAL');
}

/** After a failover: db2 is the primary; db1 went down in the way that the story tells. */
function subjectWith(goDown: (w: FakeChangeWorld) => void, input: Json): Subject {
  return {
    operation: rejoin,
    input,
    makeWorld: (clock) => {
      const world = new FakeChangeWorld(clock);
      goDown(world);
      promote(world);
      return world;
    },
    snapshot: changeSnapshotOf,
    effects: changeEffectsOf,
  };
}

/** It wrote more, unseen, and crashed. */
const diverged = (w: FakeChangeWorld): void => {
  const { db1, db2 } = w.pair.postgres;
  db2.crash();
  db1.writeUnseen();
  db1.crash();
  db2.startAgain();
};
const cleanly = (w: FakeChangeWorld): void => w.pair.postgres.db1.stopCleanly();

const subjects = {
  rewind: subjectWith(diverged, INPUT),
  rebuild: subjectWith(diverged, { ...INPUT, way: 'rebuild' }),
  start: subjectWith(cleanly, { ...INPUT, way: 'start', diverged: false }),
};
/** Its gate brought it up read-only; nobody ever told it whom to follow. */
const heldByItsGate = subjectWith(
  (w) => {
    const { db1 } = w.pair.postgres;
    db1.stopCleanly();
    w.pair.hosts.db1.putFile('/data/main/standby.signal', '');
    db1.startAgain();
  },
  { ...INPUT, way: 'start', diverged: false },
);
const SYNC = '"tandem_shop"';
/** A person had detached it; the slot is gone, and commits had waited for it. */
const detached = (w: FakeChangeWorld): void => {
  cleanly(w);
  w.pair.postgres.db1.slotRows = [];
};
const attach: Subject = {
  ...subjectWith(detached, {
    ...INPUT,
    way: 'start',
    diverged: false,
    label: '2-20261123T134455Z',
    detached: { syncNames: SYNC },
  }),
  makeWorld: (clock) => {
    const world = new FakeChangeWorld(clock);
    detached(world);
    promote(world);
    world.recorded = {
      ...world.recorded,
      mustRejoinInstanceId: null,
      detached: { sinceMs: 1, syncNames: SYNC },
    };
    return world;
  },
};
const subjectsOfMatrix = { ...subjects, attach, heldByItsGate };
const cells = Object.entries(subjectsOfMatrix).flatMap(([story, s]) =>
  cellsOf(s).map((cell) => ({ ...cell, story, s })),
);
/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 570;

describe('rejoin', () => {
  it('is well formed', () => {
    assertWellFormed(rejoin);
  });

  it.each(Object.entries(subjects))('brings the old primary back as a standby (%s)', async (_, s) => {
    const r = await runCell(s, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({
      recorded: { primaryInstanceId: 'instance-db2', mustRejoinInstanceId: null },
      db1: { writable: false, timeline: 2 },
      db2: { writable: true },
      world: { db2: { slots: ['tandem_shop'] } },
    });
  });

  it('lets one that runs already read whom it follows', async () => {
    const worlds: FakeChangeWorld[] = [];
    const makeWorld: Subject['makeWorld'] = (clock) => {
      const world = heldByItsGate.makeWorld(clock);
      worlds.push(world);
      return world;
    };
    const r = await runCell({ ...heldByItsGate, makeWorld }, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(worlds[0]?.pair.postgres.db1.inForce.get('primary_conninfo')).toContain('tandem_shop');
  });

  it('keeps what diverged, and its own configuration, through a rewind', async () => {
    const worlds: FakeChangeWorld[] = [];
    const s: Subject = {
      ...subjects.rewind,
      makeWorld: (clock) => {
        const world = subjects.rewind.makeWorld(clock);
        world.pair.hosts.db1.putFile('/data/main/pg_hba.conf', 'its own rules\n');
        world.pair.hosts.db1.putFile('/data/main/server.key', 'its own key');
        world.pair.hosts.db2.putFile('/data/standby/server.key', 'the key of the other');
        world.pair.hosts.db1.putFile('/data/main/pg_wal/000000010000000000000003', 'unseen commits');
        world.pair.hosts.db1.putFile('/data/main/pg_wal/000000010000000000000002', 'old');
        worlds.push(world);
        return world;
      },
    };
    await runCell(s, null);
    const host = worlds[0]?.pair.hosts.db1;
    expect(host?.text('/data/main.tandem-kept-2/wal-000000010000000000000003')).toBe('unseen commits');
    expect(host?.text('/data/main.tandem-kept-2/wal-000000010000000000000002')).toBeNull();
    expect(host?.text('/data/main/pg_hba.conf')).toBe('its own rules\n');
    expect(host?.text('/data/main/server.key')).toBe('its own key');
  });

  it.each(['rewind', 'rebuild'] as const)(
    'keeps no configuration of another kind of node among its data after a %s, where its own lies elsewhere',
    async (way) => {
      const configDirectory = '/etc/postgresql/15/main';
      const location = {
        ...INPUT.oldPrimary.location,
        kind: 'debian' as const,
        name: '15/main',
        configDirectory,
      };
      const s: Subject = {
        ...subjects[way],
        input: { ...INPUT, way, oldPrimary: { ...INPUT.oldPrimary, location } },
        makeWorld: (clock) => {
          const world = subjects[way].makeWorld(clock);
          const { db1 } = world.pair.hosts;
          db1.putFile(`${configDirectory}/pg_hba.conf`, db1.text('/data/main/pg_hba.conf') ?? '');
          db1.files.delete('/data/main/pg_hba.conf');
          return world;
        },
      };
      const r = await runCell(s, null);
      expect(r.operation.problem).toBeNull();
      const after = JSON.stringify(r.after);
      expect(after).toContain('"/data/standby/pg_hba.conf"');
      expect(after).toContain('"/data/main/tandem.pgpass"');
      expect(after).not.toContain('"/data/main/pg_hba.conf"');
    },
  );

  it('moves the old directory aside only when the new one is whole, and never removes it', async () => {
    const r = await runCell(subjects.rebuild, null);
    expect(JSON.stringify(r.after)).toContain('/data/main.tandem-old-2/system-identifier');
  });

  it('refuses to start a node that wrote beyond the fork', async () => {
    const r = await runCell(subjectWith(diverged, { ...INPUT, way: 'start' }), null);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.data?.['gate']).toBe('way-is-possible');
    expect(r.effects['db1 start']).toBeUndefined();
  });

  it('attaches what was detached, and lets commits wait for it again', async () => {
    const r = await runCell(attach, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.plan.title.en).toContain('Attach db1');
    expect(r.after).toMatchObject({
      recorded: { mustRejoinInstanceId: null, detached: null },
      db1: { writable: false, timeline: 2 },
      world: { db1: { running: true }, db2: { slots: ['tandem_shop'] } },
    });
  });

  it('refuses a start for which the primary lacks WAL', async () => {
    const s: Subject = {
      ...attach,
      makeWorld: (clock) => {
        const world = attach.makeWorld(clock);
        world.pair.hosts.db2.files.delete('/data/standby/pg_wal/000000020000000000000001');
        world.pair.hosts.db2.putFile('/data/standby/pg_wal/000000020000000000000009', 'WAL');
        return world;
      },
    };
    const r = await runCell(s, null);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.data?.['gate']).toBe('way-is-possible');
    expect(r.effects['db1 start']).toBeUndefined();
  });

  it.each([300_000, -300_000])('waits for a starting node whose clock is %d ms away', async (offsetMs) => {
    const s: Subject = {
      ...heldByItsGate,
      makeWorld: (clock) => {
        const world = heldByItsGate.makeWorld(clock);
        const { db1 } = world.pair.hosts;
        db1.clockOffsetMs = offsetMs;
        db1.putFile('/data/main/postmaster.pid', '1');
        const pidFile = db1.files.get('/data/main/postmaster.pid');
        if (pidFile !== undefined) pidFile.modifiedAtMs = clock.nowMs() + offsetMs - 5_000;
        vi.spyOn(world.oldPrimary.session, 'position').mockRejectedValue(new Error('starting up'));
        return world;
      },
    };
    const r = await runCell(s, null);
    expect(r.operation.problem?.message).toContain('not just starting');
    expect(r.operation.problem?.detail).toContain('starting for 5 s');
  });

  it('touches nothing while the fence of the old primary is still owed', async () => {
    const s: Subject = {
      ...heldByItsGate,
      makeWorld: (clock) => {
        const world = heldByItsGate.makeWorld(clock);
        const { instanceId, serverName } = INPUT.oldPrimary;
        const owed = { id: 'f', pairId: INPUT.pairId, instanceId, serverName, input: {}, detail: '' };
        world.owed.set('f', { ...owed, state: 'pending' });
        return world;
      },
    };
    const r = await runCell(s, null);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.data?.['gate']).toBe('old-fence-is-set');
    expect(r.effects).toEqual({});
  });

  it('refuses a node that is writable', async () => {
    const s = subjectWith((w) => {
      w.pair.postgres.db2.crash();
      w.pair.postgres.db2.startAgain();
    }, INPUT);
    const r = await runCell(s, null);
    expect(r.operation.problem?.message).toContain('does not accept writes');
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of rejoin: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises ($story) after $fault at $direction $step $point', ({ s, ...cell }) =>
    expectPromises(s, cell, {
      undoneAsBefore: false,
      also: ({ after }) => expect(after).toMatchObject({ db1: { writable: false }, db2: { writable: true } }),
    }),
  );
});
