import { describe, expect, it } from 'vitest';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { effectsOf, FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { FakeStartGate } from '#server/testing/fake-world/fake-start-gate.ts';
import { DEBIAN_CLUSTER, setupOverCluster } from '#server/testing/setup-input.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import type { SetupInput } from './input.ts';
import type { SetupObservation } from './observation.ts';
import { setupStandby } from './setup-standby.ts';

const INPUT = { ...setupOverCluster(), startGate: 'read-only' };

function makeWorld(clock: TestClock): FakePairWorld {
  const world = new FakePairWorld(clock, { db1: DEBIAN_CLUSTER, db2: DEBIAN_CLUSTER });
  world.postgres.db2.initialise('7300000000000000002');
  world.hosts.db2.putFile('/var/lib/postgresql/15/main/precious', 'kept');
  const { db1, db2 } = world.postgres;
  for (const server of [db1, db2]) server.startGate = new FakeStartGate(server);
  return world;
}

/** The primary's gate would keep the healthy primary read-only. */
function withWrongGate(clock: TestClock): FakePairWorld {
  const world = makeWorld(clock);
  const gate = world.postgres.db1.startGate;
  if (gate instanceof FakeStartGate) gate.answers = 'read-only';
  return world;
}

type Subject = MatrixSubject<FakePairWorld, SetupObservation, SetupInput>;
const subject: Subject = {
  operation: setupStandby,
  input: INPUT,
  makeWorld,
  snapshot: snapshotOf,
  effects: effectsOf,
};

/** Only what the gates add: the others are covered without them. */
const OWN_STEPS = [
  'register-pair',
  'gate-on-standby',
  'gate-on-primary',
  'try-on-standby',
  'try-on-primary',
  'settle-gate-wish',
];
const cells = cellsOf(subject).filter((cell) => OWN_STEPS.includes(cell.step));
const CELLS_AT_LEAST = 60;
const gatesIn = (after: unknown): number =>
  JSON.stringify(after).match(/start-gate\/postgresql@15-main\.conf/g)?.length ?? 0;

describe('setup-standby with start gates', () => {
  it('lays and proves a gate on both servers behind the proof that replication works', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.operation.plan.steps.map((step) => step.name).slice(-6)).toEqual(OWN_STEPS);
    expect(gatesIn(r.after)).toBe(2);
    expect(r.after).toMatchObject({ pairs: ['pair-1'], gateWishes: [], db2: { inRecovery: true } });
  });

  it('shows the files of the gates in the plan that is approved', async () => {
    const { operation } = await runCell(subject, null);
    const files = operation.plan.steps
      .flatMap((step) => step.actions)
      .flatMap((action) => (action.type === 'file' && action.path.includes('start-gate') ? [action] : []));
    expect(files).toHaveLength(6);
    expect(files.map((file) => file.after).join('\n')).toContain('policy read-only');
  });

  it('has no step of a gate where none was wanted', async () => {
    const r = await runCell({ ...subject, input: { ...INPUT, startGate: null } }, null);
    expect(r.operation.status).toBe('succeeded');
    expect(r.operation.plan.steps.at(-1)?.name).toBe('register-pair');
    expect(gatesIn(r.after)).toBe(0);
  });

  it('keeps the pair, takes the gates away and asks when a gate would hold the healthy primary', async () => {
    const choice = { step: 'none', direction: 'forward', point: 'after-effect', fault: 'failure' } as const;
    const r = await runCell({ ...subject, makeWorld: withWrongGate }, choice);
    expect(r.asked).toBe(true);
    expect(r.operation.status).toBe('needs-attention');
    expect(r.operation.problem?.message).toContain('would decide read-only');
    expect(gatesIn(r.after)).toBe(0);
    expect(r.after).toMatchObject({
      pairs: ['pair-1'],
      gateWishes: [['pair-1', 'read-only']],
      db2: { running: true, inRecovery: true },
    });
  });

  it('undoes the whole set-up when a person chooses that', async () => {
    const choice = { step: 'none', direction: 'undo', point: 'after-effect', fault: 'crash' } as const;
    const r = await runCell({ ...subject, makeWorld: withWrongGate }, choice);
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of setup-standby with gates: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises after $fault at $direction $step $point', (cell) =>
    expectPromises(subject, cell),
  );
});
