import { describe, expect, it } from 'vitest';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { effectsOf, FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { DEBIAN_CLUSTER, setupOverCluster } from '#server/testing/setup-input.ts';
import type { SetupInput } from './input.ts';
import type { SetupObservation } from './observation.ts';
import { setupStandby } from './setup-standby.ts';

/** Debian's own way: both hosts run the cluster that the package made, the second one unused. */
const subject: MatrixSubject<FakePairWorld, SetupObservation, SetupInput> = {
  operation: setupStandby,
  input: setupOverCluster(),
  makeWorld: (clock) => {
    const world = new FakePairWorld(clock, { db1: DEBIAN_CLUSTER, db2: DEBIAN_CLUSTER });
    world.postgres.db2.initialise('7300000000000000002');
    world.hosts.db2.putFile('/var/lib/postgresql/15/main/precious', 'kept');
    return world;
  },
  snapshot: snapshotOf,
  effects: effectsOf,
};

/** Only the steps that a plain directory does not have: the others are covered there. */
const OWN_STEPS = [
  'stop-target',
  'move-configuration-aside',
  'bring-configuration',
  'register-cluster',
  'bring-more-configuration',
];
const cells = cellsOf(subject).filter((cell) => OWN_STEPS.includes(cell.step));
const CELLS_AT_LEAST = 50;

describe('setup-standby of a Debian cluster', () => {
  it("replaces the package's unused cluster, and keeps its data and configuration aside", async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({ pairs: ['pair-1'], db2: { running: true, inRecovery: true } });
    const after = JSON.stringify(r.after);
    expect(after).toContain('/var/lib/postgresql/15/main.before-tandem/precious');
    expect(after).toContain('/var/lib/postgresql/15/main.before-tandem.configuration/pg_hba.conf');
    expect(after.split('/etc/postgresql/15/main/conf.d/own.conf')).toHaveLength(3);
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises after $fault at $direction $step $point', (cell) =>
    expectPromises(subject, cell),
  );
});
