import { describe, expect, it } from 'vitest';
import { gateConfig } from '#server/domain/start-gate.ts';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { FakeStartGate } from '#server/testing/fake-world/fake-start-gate.ts';
import { nodeInput } from '#server/testing/input-parts.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import type { AdoptObservation } from '../adopt-pair/observation.ts';
import type { GateInput } from './input.ts';
import { specOf } from './input.ts';
import { placeStartGate } from './start-gate.ts';

const CLUSTER = plainLocation({ kind: 'debian', name: '15/main', dataDirectory: '/data/main' });
const INPUT: GateInput = {
  pairId: 'pair-1',
  pairName: 'shop',
  choice: 'while-attached',
  waitSeconds: 60,
  systemIdentifier: '7300000000000000001',
  slotName: 'tandem_shop',
  replicationRole: 'tandem_replication',
  primary: nodeInput('db1', '10.0.0.1', CLUSTER),
  standby: nodeInput('db2', '10.0.0.2', CLUSTER),
};

function makeWorld(clock: TestClock): FakePairWorld {
  const world = new FakePairWorld(clock, { db1: CLUSTER, db2: CLUSTER });
  const { db1, db2 } = world.postgres;
  db2.initialiseStandbyOf(db1, 'tandem_shop');
  for (const server of [db1, db2]) server.startGate = new FakeStartGate(server);
  world.gateWishes.set('pair-1', 'while-attached');
  return world;
}

type Subject = MatrixSubject<FakePairWorld, AdoptObservation, GateInput>;
const laying: Subject = {
  operation: placeStartGate,
  input: JSON.parse(JSON.stringify(INPUT)),
  makeWorld,
  snapshot: snapshotOf,
  effects: () => ({}),
};
const removing: Subject = {
  ...laying,
  input: JSON.parse(JSON.stringify({ ...INPUT, choice: 'remove' })),
  makeWorld: (clock) => {
    const world = makeWorld(clock);
    for (const name of ['db1', 'db2'] as const) {
      const spec = specOf({ ...INPUT, choice: 'read-only' }, name === 'db1' ? 'primary' : 'standby');
      const { startGate } = world.postgres[name];
      if (spec !== null && startGate !== null)
        world.hosts[name].putFile(startGate.paths.config, gateConfig(spec));
    }
    return world;
  },
};
const cells = [laying, removing].flatMap((subject, n) =>
  cellsOf(subject).map((cell) => ({ ...cell, subject, of: n === 0 ? 'laying' : 'removing' })),
);
const CELLS_AT_LEAST = 90;

describe('start-gate', () => {
  it('is well formed', () => {
    assertWellFormed(placeStartGate);
  });

  it('lays a gate on both nodes that asks the other one', async () => {
    const r = await runCell(laying, null);
    expect(r.operation.problem).toBeNull();
    const after = JSON.stringify(r.after);
    expect(r.operation.status).toBe('succeeded');
    expect(after.match(/start-gate\/postgresql@15-main\.conf/g)).toHaveLength(2);
  });

  it.each([laying, removing])('settles the wish that was recorded with the pair', async (subject) => {
    const r = await runCell(subject, null);
    expect(r.before).toMatchObject({ gateWishes: [['pair-1', 'while-attached']] });
    expect(r.after).toMatchObject({ gateWishes: [] });
  });

  it('takes everything back when a gate would keep the healthy primary read-only', async () => {
    const closed = (clock: TestClock) => {
      const world = makeWorld(clock);
      const gate = world.postgres.db1.startGate;
      if (gate instanceof FakeStartGate) gate.answers = 'read-only';
      return world;
    };
    const r = await runCell({ ...laying, makeWorld: closed }, null);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.message).toContain('would decide read-only');
    expect(r.after).toEqual(r.before);
  });

  it('is refused where nothing starts the server by itself', async () => {
    const bare = (clock: TestClock) => {
      const world = makeWorld(clock);
      world.postgres.db2.startGate = null;
      return world;
    };
    const r = await runCell({ ...laying, makeWorld: bare }, null);
    expect(r.operation.problem?.code).toBe('INSTANCE_NOT_SUPPORTED');
    expect(r.after).toEqual(r.before);
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of start-gate: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)(
    'keeps its promises after $fault at $direction $step $point ($of)',
    async ({ subject, of: _of, ...cell }) => {
      const [undisturbed, r] = [await runCell(subject, null), await runCell(subject, cell)];
      if (cell.direction === 'forward' && cell.fault === 'crash') {
        expect(r.operation.status).toBe('succeeded');
        expect(r.after).toEqual(undisturbed.after);
      } else {
        expect(r.operation.status).toBe('undone');
        expect(r.after).toEqual(r.before);
      }
    },
  );
});
