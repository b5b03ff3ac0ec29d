import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { monitorHbaRules, withHbaBlock } from '#server/domain/hba-block.ts';
import { Secret } from '#server/domain/secret.ts';
import type { RoleGrant } from '#server/ports/postgres-admin.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { effectsOf, FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { roleInput } from '#server/testing/input-parts.ts';
import { shopPair } from '#server/testing/setup-input.ts';
import { adoptPair } from './adopt-pair.ts';
import type { AdoptInput } from './input.ts';
import type { AdoptObservation } from './observation.ts';

const INPUT = {
  ...shopPair({}, { dataDirectory: '/data/standby' }),
  hbaFiles: { primary: '/data/main/pg_hba.conf', standby: '/data/standby/pg_hba.conf' },
  slotName: null,
  senderName: 'by_hand',
  monitor: { ...roleInput('tandem_monitor'), secretId: 'secret-monitor' },
  monitorGiven: false,
};

/** Rules of another pair's role, which is on the same servers. */
const OTHERS = monitorHbaRules('tandem_monitor_other');

const subject: MatrixSubject<FakePairWorld, AdoptObservation, AdoptInput> = {
  // FakePairWorld is a PairWorld with more to look at.
  operation: adoptPair,
  input: INPUT,
  makeWorld: (clock) => {
    const world = new FakePairWorld(clock);
    world.hosts.db1.putFile('/data/main/pg_hba.conf', withHbaBlock('local all all peer\n', OTHERS));
    world.postgres.db2.initialiseStandbyOf(world.postgres.db1, 'by_hand');
    return world;
  },
  snapshot: snapshotOf,
  effects: effectsOf,
};

/** The same pair when the admin gives the role; null = it is not there. */
function withGivenRole(grants: readonly RoleGrant[] | null): typeof subject {
  return {
    ...subject,
    input: { ...INPUT, monitorGiven: true },
    makeWorld: (clock) => {
      const world = subject.makeWorld(clock);
      const role = { verifier: new Secret('v'), grants: [...(grants ?? [])], comment: null };
      if (grants !== null) world.postgres.db1.catalog.roles.set(INPUT.monitor.name, role);
      return world;
    },
  };
}

const cells = cellsOf(subject);
/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 60;

describe('adopt-pair', () => {
  it('is well formed', () => {
    assertWellFormed(adoptPair);
  });

  it('watches the pair; its login role and rules are the only change', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.effects).toEqual({ 'create-role tandem_monitor': 1 });
    expect(r.after).toMatchObject({ pairs: ['pair-1'], db1: { roles: ['tandem_monitor'] } });
  });

  it('keeps the rules that another pair on the same servers has in the block', async () => {
    const worlds: FakePairWorld[] = [];
    const makeWorld: typeof subject.makeWorld = (clock) => {
      const world = subject.makeWorld(clock);
      worlds.push(world);
      return world;
    };
    await runCell({ ...subject, makeWorld }, null);
    for (const file of ['/data/main/pg_hba.conf'])
      for (const rule of OTHERS) expect(worlds[0]?.hosts.db1.text(file)).toContain(rule);
  });

  it('changes nothing on either server when a role is given', async () => {
    const r = await runCell({ ...withGivenRole(['monitor']) }, null);
    expect(r.operation.status).toBe('succeeded');
    expect(r.effects).toEqual({});
    const unwatched = { ...(r.after as object), pairs: [] };
    expect(unwatched).toEqual(r.before);
  });

  it.each([
    ['may not see replication', ['rewind'] as const, /pg_monitor/],
    ['does not exist any more', null, /pg_hba.conf/],
  ])('is undone with the field to correct when a given role %s', async (_what, grants, hint) => {
    const r = await runCell(withGivenRole(grants), null);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem).toMatchObject({ code: 'GATE_FAILED', data: { field: 'givenRole' } });
    expect(r.operation.problem?.hint).toMatch(hint);
    expect(r.after).toEqual(r.before);
  });

  it('refuses a pair that does not replicate', async () => {
    const makeWorld: typeof subject.makeWorld = (clock) => {
      const world = subject.makeWorld(clock);
      world.postgres.db2.running = false;
      return world;
    };
    const r = await runCell({ ...subject, makeWorld }, null);
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of adopt-pair: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises after $fault at $direction $step $point', (cell) =>
    expectPromises(subject, cell),
  );
});
