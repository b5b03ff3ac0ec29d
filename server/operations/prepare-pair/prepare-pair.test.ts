import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { CHANGE_INPUT } from '#server/testing/fake-world/fake-change-world.ts';
import { FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { shopRoles } from '#server/testing/setup-input.ts';
import type { AdoptObservation } from '../adopt-pair/observation.ts';
import type { PrepareInput } from './input.ts';
import { loseReload } from '#server/testing/fake-world/lose-reload.ts';
import { preparePair } from './prepare-pair.ts';

const INPUT = {
  ...CHANGE_INPUT,
  superuser: 'postgres',
  hbaFile: '/data/main/pg_hba.conf',
  standbyHbaFile: '/data/standby/pg_hba.conf',
  primary: { ...CHANGE_INPUT.oldPrimary, seenAs: '10.0.0.1' },
  standby: { ...CHANGE_INPUT.newPrimary, seenAs: '10.0.0.2' },
  roles: shopRoles(),
  settings: [],
  standbySettings: [],
  moveAsideTo: null,
  backupRateLimitBytes: null,
  databaseBytes: 1,
};

const subject: MatrixSubject<FakePairWorld, AdoptObservation, PrepareInput> = {
  operation: preparePair,
  input: INPUT,
  makeWorld: (clock) => {
    const world = new FakePairWorld(clock);
    world.postgres.db2.initialiseStandbyOf(world.postgres.db1, 'by_hand');
    return world;
  },
  snapshot: (w) => [snapshotOf(w), [...w.preparations]],
  effects: (w) => w.postgres.db1.effects,
};
const OPEN = 'local all all trust\nhost replication replicator 0.0.0.0/0 scram-sha-256\n';
/** A pair made by hand, with what people get wrong. */
const mending: typeof subject = {
  ...subject,
  input: {
    ...INPUT,
    mend: {
      settings: {
        primary: { max_slot_wal_keep_size: '1024MB', wal_log_hints: 'on' },
        standby: { max_slot_wal_keep_size: '1024MB', wal_log_hints: 'on' },
      },
      closeRules: { primary: true, standby: true },
    },
  },
  makeWorld: (clock) => {
    const world = new FakePairWorld(clock);
    const { db1, db2 } = world.postgres;
    db2.initialiseStandbyOf(db1, 'by_hand');
    for (const server of [db1, db2])
      server.host.putFile(`${server.location.dataDirectory}/pg_hba.conf`, OPEN);
    return world;
  },
};
const cells = [subject, mending].flatMap((each) =>
  cellsOf(each).map((cell) => ({ ...cell, each, of: each === mending ? 'mending' : 'plain' })),
);
/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 320;

describe('prepare-pair', () => {
  it('is well formed', () => {
    assertWellFormed(preparePair);
  });

  it('lets an adopted pair stream through a slot with our role, and records it', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject([
      { db1: { slots: ['tandem_shop'], roles: ['tandem_replication', 'tandem_rewind'] } },
      [['pair-1', { slotName: 'tandem_shop', replicationRole: 'tandem_replication' }]],
    ]);
  });

  it('mends what a pair made by hand lacks, and never restarts its primary', async () => {
    const made: FakePairWorld[] = [];
    const makeWorld: typeof mending.makeWorld = (clock) => {
      const world = mending.makeWorld(clock);
      if (world instanceof FakePairWorld) made.push(world);
      return world;
    };
    const r = await runCell({ ...mending, makeWorld }, null);
    expect(r.operation.problem).toBeNull();
    const { db1, db2 } = made[0]?.postgres ?? {};
    expect((await db1?.settings(['wal_log_hints']))?.get('wal_log_hints')).toMatchObject({
      setting: 'off',
      pendingRestart: true,
    });
    expect((await db2?.settings(['wal_log_hints']))?.get('wal_log_hints')?.setting).toBe('on');
    for (const server of [db1, db2])
      expect(server?.host.text(`${server.location.dataDirectory}/pg_hba.conf`)).toContain(
        '# closed by Tandem',
      );
  });

  it.each([1, 2, 3, 4])(
    'takes no stored setting for one in force, although reload %i of the standby was lost',
    async (nth) => {
      const made: FakePairWorld[] = [];
      const makeWorld: typeof mending.makeWorld = (clock) => {
        const world = mending.makeWorld(clock);
        if (!(world instanceof FakePairWorld)) return world;
        made.push(world);
        loseReload(world.postgres.db2, nth);
        return world;
      };
      const r = await runCell({ ...mending, makeWorld }, null);
      expect(r.operation.status).toBe('succeeded');
      const inForce = made[0]?.postgres.db2.inForce;
      expect(inForce?.get('primary_slot_name')).toBe('tandem_shop');
      expect(inForce?.get('primary_conninfo')).toContain('tandem_replication');
    },
  );

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of prepare-pair: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)(
    'keeps its promises after $fault at $direction $step $point ($of)',
    ({ each, of: _of, ...cell }) => expectPromises(each, cell),
  );
});
