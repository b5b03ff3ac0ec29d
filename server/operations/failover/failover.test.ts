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
import { failover } from './failover.ts';
import type { FailoverInput } from './input.ts';
import type { FailoverObservation } from './steps/may-take-over.ts';

const INPUT = {
  ...CHANGE_INPUT,
  oldHostReachable: true,
  acceptUnproven: false,
  receivedLsn: '0/3000060',
  releaseSync: false,
  loss: null,
};
type Subject = MatrixSubject<FakeChangeWorld, FailoverObservation, FailoverInput>;

function subjectWith(change: (w: FakeChangeWorld) => void, input: Subject['input'] = INPUT): Subject {
  return {
    operation: failover,
    input,
    makeWorld: (clock) => {
      const world = new FakeChangeWorld(clock);
      change(world);
      return world;
    },
    snapshot: changeSnapshotOf,
    effects: changeEffectsOf,
  };
}

/** PostgreSQL crashed, its host answers. */
const crashed = subjectWith((w) => w.pair.postgres.db1.crash());
/** The host is gone with everything on it. */
const gone = subjectWith(
  (w) => {
    w.pair.postgres.db1.crash();
    w.pair.hosts.db1.reachable = false;
  },
  { ...INPUT, oldHostReachable: false, acceptUnproven: true },
);
/** It lives, and the person wants it away all the same: stopped behind the fence. */
const alive = subjectWith(() => undefined, { ...INPUT, oldPostgresRuns: true });

/** Somebody had paused replay on the standby. */
const paused = subjectWith(
  (w) => {
    const { db1, db2 } = w.pair.postgres;
    db1.crash();
    db2.activityNow = { ...db2.activityNow, replayPaused: true };
  },
  { ...INPUT, replayPaused: true },
);

const subjects = { crashed, gone, alive, paused };
const cells = Object.entries(subjects).flatMap(([story, s]) =>
  cellsOf(s).map((cell) => ({ ...cell, story, s })),
);
/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 300;
describe('failover', () => {
  it('is well formed', () => {
    assertWellFormed(failover);
  });

  it('fences a crashed primary in its directory before the standby takes over', async () => {
    const r = await runCell(crashed, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({
      recorded: { epoch: 2, primaryInstanceId: 'instance-db2', mustRejoinInstanceId: 'instance-db1' },
      db1: { writable: false },
      db2: { timeline: 2, writable: true },
      owed: [],
    });
  });

  it('owes the fence of a host that is out of reach, and does not wait for it', async () => {
    const r = await runCell(gone, null);
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({ db2: { writable: true }, owed: ['pair-1:1'] });
  });

  it('refuses to promote while nothing is proven and nobody has said that they know', async () => {
    const r = await runCell({ ...gone, input: { ...INPUT, oldHostReachable: false } }, null);
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it('refuses to promote a standby that waits for higher settings: it would shut down', async () => {
    const waiting = subjectWith(
      (w) => {
        const { db1, db2 } = w.pair.postgres;
        db1.crash();
        db2.activityNow = { ...db2.activityNow, replayPaused: true };
        db2.requiredSettings = { ...db2.requiredSettings, max_connections: 200 };
      },
      { ...INPUT, replayPaused: true },
    );
    const r = await runCell(waiting, null);
    expect(r.operation.problem?.data?.['gate']).toBe('settings-suffice');
    expect(JSON.stringify(r.operation.problem)).toContain('max_connections 100 < 200');
    expect(r.after).toEqual(r.before);
    expect(r.effects).toEqual({});
  });

  it('refuses while the receiver still advances', async () => {
    const r = await runCell({ ...alive, input: { ...INPUT, receivedLsn: '0/2000000' } }, null);
    expect(r.operation.problem?.data?.['gate']).toBe('receiver-stands');
    expect(r.after).toEqual(r.before);
    expect(r.effects).toEqual({});
  });

  it('rejects applications at a primary that lives, as seen from the other node, and never counts that as proof', async () => {
    const r = await runCell(alive, null);
    const output = (step: string) => r.operation.attempts.find((a) => a.stepName === step)?.output;
    expect(output('reject-clients')).toEqual({
      written: true,
      seenFromPartner: 'pg_hba.conf rejects connection',
    });
    expect(output('take-autostart')).toEqual({ autostart: 'not-here' });
    const unproven = { ...INPUT, oldHostReachable: false, oldPostgresRuns: true };
    expect((await runCell({ ...gone, input: unproven }, null)).operation.status).toBe('undone');
  });

  it('asks within a minute when the node that takes over falls silent, instead of waiting for its replay', async () => {
    let [asked, startedAtMs, askedAtMs] = [0, 0, 0];
    const s = subjectWith((w) => {
      w.pair.postgres.db1.crash();
      const { db2 } = w.pair.postgres;
      startedAtMs = w.clock.nowMs();
      const position = async () => {
        asked += 1;
        askedAtMs = w.clock.nowMs();
        if (asked > 1) db2.crash();
        return db2.position();
      };
      Object.assign(w.newPrimary, { session: { position, write: () => db2.write() } });
    });
    const r = await runCell(s, null);
    expect(r.operation).toMatchObject({ status: 'needs-attention', committed: false });
    expect(r.operation.problem?.message).toContain('has not answered');
    expect(askedAtMs - startedAtMs).toBeLessThan(60_000);
  });

  it('lets a paused replay go on before the promotion', async () => {
    const r = await runCell(paused, null);
    expect(r.operation.problem).toBeNull();
    expect(r.effects).toMatchObject({ 'db2 replay running': 1, 'db2 promote': 1 });
  });

  it('refuses when replay was paused after the look', async () => {
    const r = await runCell({ ...paused, input: INPUT }, null);
    expect(r.operation.problem?.data?.['gate']).toBe('replay-runs');
    expect(r.effects).toEqual({});
  });

  it('refuses a standby that a person had detached', async () => {
    const s = subjectWith((w) => {
      w.pair.postgres.db1.crash();
      w.recorded = { ...w.recorded, detached: { sinceMs: 1, syncNames: null } };
    });
    const r = await runCell(s, null);
    expect(r.operation.problem?.data?.['gate']).toBe('is-attached');
    expect(r.effects).toEqual({});
  });

  it('asks again when PostgreSQL swallows the first wish', async () => {
    const s = subjectWith((w) => {
      w.pair.postgres.db1.crash();
      w.pair.postgres.db2.swallowsPromotions = 1;
    });
    const r = await runCell(s, null);
    expect(r.operation.status).toBe('succeeded');
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of failover: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises ($story) after $fault at $direction $step $point', ({ s, ...cell }) =>
    expectPromises(s, cell),
  );
});
