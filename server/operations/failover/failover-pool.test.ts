import { describe, expect, it } from 'vitest';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import {
  CHANGE_INPUT,
  changeEffectsOf,
  changeSnapshotOf,
  FakeChangeWorld,
} from '#server/testing/fake-world/fake-change-world.ts';
import { FAKE_POOL } from '#server/testing/fake-world/fake-routes.ts';
import { failover } from './failover.ts';
import type { FailoverInput } from './input.ts';
import type { FailoverObservation } from './steps/may-take-over.ts';

/** The primary's host is gone, and applications write through a PgBouncer elsewhere. */
const pooled: MatrixSubject<FakeChangeWorld, FailoverObservation, FailoverInput> = {
  operation: failover,
  input: {
    ...CHANGE_INPUT,
    ...{ oldHostReachable: false, acceptUnproven: true, receivedLsn: '0/3000060', releaseSync: false },
    loss: null,
    routes: [FAKE_POOL],
  },
  makeWorld: (clock) => {
    const world = new FakeChangeWorld(clock);
    world.pair.postgres.db1.crash();
    world.pair.hosts.db1.reachable = false;
    return world;
  },
  snapshot: changeSnapshotOf,
  effects: changeEffectsOf,
};
const OWN = ['redirect-pools', 'settle-pools', 'see-routes'];
const cells = cellsOf(pooled).filter((cell) => OWN.includes(cell.step));

describe('failover of applications behind a pool', () => {
  it('leads the pool to the new primary behind the promotion, without pausing it', async () => {
    const r = await runCell(pooled, null);
    expect(r.operation.problem).toBeNull();
    expect(r.effects).toMatchObject({ 'db2 promote': 1, 'pool swap': 1, 'pool reload': 1 });
    expect(r.effects['pool pause']).toBeUndefined();
    expect(r.after).toMatchObject({ pool: { paused: false, loaded: { host: '10.0.0.2', port: 5432 } } });
  });

  it.each(cells)('keeps its promises after $fault at $step $point', async (cell) => {
    const [undisturbed, r] = [await runCell(pooled, null), await runCell(pooled, cell)];
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toEqual(undisturbed.after);
    expect(r.effects['db2 promote']).toBe(1);
  });
});
