import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { effectsOf, FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import type { SetupInput } from './input.ts';
import type { SetupObservation } from './observation.ts';
import { setupStandby } from './setup-standby.ts';
import { setupInput } from '#server/testing/setup-input.ts';

const INPUT = {
  ...setupInput({ dataDirectory: '/data/main' }, { dataDirectory: '/data/standby' }),
  mode: 'synchronous',
  settings: [
    { name: 'wal_log_hints', from: 'off', to: 'on', restart: true },
    { name: 'max_slot_wal_keep_size', from: '-1', to: '10240', restart: false },
  ],
  moveAsideTo: '/data/standby.before-tandem',
};

const subject: MatrixSubject<FakePairWorld, SetupObservation, SetupInput> = {
  // FakePairWorld is a PairWorld with more to look at.
  operation: setupStandby,
  input: INPUT,
  makeWorld: (clock) => {
    const world = new FakePairWorld(clock);
    world.hosts.db2.putDirectory('/data/standby');
    world.hosts.db2.putFile('/data/standby/precious', 'kept');
    return world;
  },
  snapshot: snapshotOf,
  effects: effectsOf,
};

const cells = cellsOf(subject);
/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 210;

describe('setup-standby', () => {
  it('is well formed', () => {
    assertWellFormed(setupStandby);
  });

  it('builds a streaming standby and keeps what lay in its directory', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({ pairs: ['pair-1'], db2: { running: true, inRecovery: true } });
    expect(JSON.stringify(r.after)).toContain('/data/standby.before-tandem/precious');
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of setup-standby: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it('removes the parents of the data directory that it made, on undo', async () => {
    const bare = {
      ...subject,
      input: { ...INPUT, moveAsideTo: null },
      makeWorld: (clock: TestClock) => new FakePairWorld(clock),
    };
    const cell = {
      step: 'prove-marker',
      direction: 'forward',
      point: 'after-effect',
      fault: 'failure',
    } as const;
    const r = await runCell(bare, cell);
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it('brings the primary back with its old settings when it does not come up with the new ones', async () => {
    const makeWorld = (clock: TestClock) => {
      const world = new FakePairWorld(clock);
      world.hosts.db2.putDirectory('/data/standby');
      world.postgres.db1.startsNotWith = 'wal_log_hints';
      return world;
    };
    const r = await runCell({ ...subject, makeWorld }, null);
    expect(r.operation.problem?.message).toBe('could not start server');
    expect(r.operation.status).toBe('undone');
    expect(r.after).toMatchObject({ db1: { running: true } });
    expect(r.after).toEqual(r.before);
  });

  it('takes only its own rules out of a pg_hba.conf that somebody changed meanwhile', async () => {
    const worlds: FakePairWorld[] = [];
    const makeWorld = (clock: TestClock) => {
      const world = new FakePairWorld(clock);
      world.hosts.db2.putDirectory('/data/standby');
      world.primary.network.replication = () => {
        const now = world.hosts.db1.text('/data/main/pg_hba.conf') ?? '';
        world.hosts.db1.putFile('/data/main/pg_hba.conf', `${now}host all app 10.1.0.0/16 scram-sha-256\n`);
        return Promise.resolve({ result: 'unreachable', detail: 'the test says so' });
      };
      worlds.push(world);
      return world;
    };
    const r = await runCell({ ...subject, makeWorld }, null);
    expect(r.operation.status).toBe('undone');
    expect(worlds[0]?.hosts.db1.text('/data/main/pg_hba.conf')).toBe(
      'local all all peer\nhost all app 10.1.0.0/16 scram-sha-256\n',
    );
  });

  it.each(cells)('keeps its promises after $fault at $direction $step $point', (cell) =>
    expectPromises(subject, cell),
  );
});
