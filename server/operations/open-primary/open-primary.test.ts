import { describe, expect, it } from 'vitest';
import { gateConfig } from '#server/domain/start-gate.ts';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { requireLsn } from '#server/domain/lsn.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { FakeStartGate } from '#server/testing/fake-world/fake-start-gate.ts';
import { nodeInput } from '#server/testing/input-parts.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import type { OpenInput } from './input.ts';
import type { OpenObservation } from './look.ts';
import { openPrimary } from './open-primary.ts';

const CLUSTER = plainLocation({ kind: 'debian', name: '15/main', dataDirectory: '/data/main' });
const WAL = '/data/main/pg_wal';
const SIGNAL = '/data/main/standby.signal';
const INPUT = {
  pairId: 'pair-1',
  pairName: 'shop',
  systemIdentifier: '7300000000000000001',
  partnerUnseen: false,
  primary: nodeInput('db1', '10.0.0.1', CLUSTER),
  standby: nodeInput('db2', '10.0.0.2', CLUSTER),
};
const SPEC = {
  location: CLUSTER,
  pairName: 'shop',
  policy: 'while-attached',
  waitSeconds: 60,
  systemIdentifier: '7300000000000000001',
  slotName: 'tandem_shop',
  partner: { host: '10.0.0.2', port: 5432 },
  replicationRole: 'tandem_replication',
} as const;

type Subject = MatrixSubject<FakePairWorld, OpenObservation, OpenInput>;

/** Both were lost and came back; the gate of db1 found nobody to ask and closes every start that nobody let pass. */
function subjectWith(change: (w: FakePairWorld) => void, input: Subject['input'] = INPUT): Subject {
  return {
    operation: openPrimary,
    input,
    makeWorld: (clock: TestClock) => {
      const world = new FakePairWorld(clock, { db1: CLUSTER, db2: CLUSTER });
      const { db1, db2 } = world.postgres;
      db2.initialiseStandbyOf(db1, 'tandem_shop');
      const gate = new FakeStartGate(db1);
      gate.closes = true;
      db1.startGate = gate;
      world.hosts.db1.putFile(gate.paths.config, gateConfig(SPEC));
      world.hosts.db1.putFile(SIGNAL, '');
      db1.crash();
      db1.inRecovery = true;
      db1.running = true;
      change(world);
      return world;
    },
    snapshot: snapshotOf,
    effects: (w) => w.postgres.db1.effects,
  };
}

const held = subjectWith(() => undefined);
const unseen = subjectWith((w) => void (w.hosts.db2.reachable = false), { ...INPUT, partnerUnseen: true });
const cells = Object.entries({ held, unseen }).flatMap(([story, subject]) =>
  cellsOf(subject).map((cell) => ({ ...cell, story, subject })),
);
const CELLS_AT_LEAST = 10;

const refusedBy = async (subject: Subject): Promise<unknown> => {
  const r = await runCell(subject, null);
  expect(r.after).toEqual(r.before);
  expect(r.effects).toEqual({});
  return r.operation.problem?.data?.['gate'];
};

describe('open-primary', () => {
  it('is well formed', () => {
    assertWellFormed(openPrimary);
  });

  it('starts a held primary writable on its own timeline, past the gate', async () => {
    const r = await runCell(held, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({ db1: { running: true, inRecovery: false } });
    expect(r.effects).toMatchObject({ stop: 1, start: 1 });
    expect(JSON.stringify(r.after)).not.toContain('/run/tandem/open-once');
  });

  it('opens past an init system that starts the server once more while it is stopped', async () => {
    const restarts = subjectWith((w) => {
      const { db1 } = w.postgres;
      const stop = db1.stop.bind(db1);
      db1.stop = async (o) => {
        await stop(o);
        await db1.start();
        await stop(o);
      };
    });
    const r = await runCell(restarts, null);
    expect(r.operation.problem).toBeNull();
    expect(r.after).toMatchObject({ db1: { running: true, inRecovery: false } });
  });

  it('opens without the partner only when a person has vouched for it', async () => {
    expect((await runCell(unseen, null)).operation.status).toBe('succeeded');
    const nobodySaid = subjectWith((w) => void (w.hosts.db2.reachable = false));
    expect(await refusedBy(nobodySaid)).toBe('partner-is-not-ahead');
  });

  it('refuses while the partner accepts writes', async () => {
    const promoted = subjectWith((w) => {
      w.postgres.db2.inRecovery = false;
    });
    expect(await refusedBy(promoted)).toBe('partner-is-not-ahead');
  });

  it('refuses when the partner is on a higher timeline, or has more on the same one', async () => {
    const higher = subjectWith((w) => {
      w.postgres.db2.timeline = 2;
    });
    expect(await refusedBy(higher)).toBe('partner-is-not-ahead');
    const further = subjectWith((w) => {
      w.postgres.db2.lsn = requireLsn('0/9000000');
    });
    expect(await refusedBy(further)).toBe('partner-is-not-ahead');
  });

  it('refuses when the partner knows of a newer timeline that its control file does not tell yet', async () => {
    const justPromoted = subjectWith((w) => w.hosts.db2.putFile(`${WAL}/00000002.history`, ''));
    expect(await refusedBy(justPromoted)).toBe('partner-is-not-ahead');
  });

  it('refuses to open a primary that knows of a newer timeline than its own, even where a person vouches', async () => {
    const replaced = (w: FakePairWorld): void => w.hosts.db1.putFile(`${WAL}/00000002.history`, '');
    expect(await refusedBy(subjectWith(replaced))).toBe('is-on-newest-timeline');
    const alone = subjectWith(
      (w) => {
        replaced(w);
        w.hosts.db2.reachable = false;
      },
      { ...INPUT, partnerUnseen: true },
    );
    expect(await refusedBy(alone)).toBe('is-on-newest-timeline');
  });

  it('opens a primary that crashed right after its promotion, before its control file told', async () => {
    const promoted = subjectWith((w) => {
      w.hosts.db1.putFile(`${WAL}/00000002.history`, '');
      w.hosts.db1.putFile(`${WAL}/000000020000000000000003`, 'WAL');
      w.hosts.db2.putFile(`${WAL}/00000002.history`, '');
    });
    expect((await runCell(promoted, null)).operation.status).toBe('succeeded');
  });

  it('refuses when the partner was a primary of no older timeline when it ended', async () => {
    const ended = subjectWith((w) => {
      w.postgres.db2.inRecovery = false;
      w.postgres.db2.crash();
    });
    expect(await refusedBy(ended)).toBe('partner-is-not-ahead');
  });

  it('never goes on beside a partner that was promoted meanwhile', async () => {
    const promote = (w: FakePairWorld): void => {
      w.postgres.db2.inRecovery = false;
      w.postgres.db2.timeline = 2;
    };
    const fault = {
      step: 'open',
      direction: 'forward',
      point: 'after-start-record',
      fault: 'failure',
    } as const;
    const r = await runCell({ ...held, mend: promote }, fault);
    expect(r.operation.status).toBe('needs-attention');
    expect(r.operation.problem?.data?.['gate']).toBe('partner-is-not-ahead');
    expect(r.after).toMatchObject({ db1: { inRecovery: true } });
  });

  it('does nothing to a primary that accepts writes', async () => {
    const writable = subjectWith((w) => {
      w.postgres.db1.inRecovery = false;
    });
    expect(await refusedBy(writable)).toBe('is-held');
  });

  it(`is covered by at least ${CELLS_AT_LEAST} cells of the crash matrix`, () => {
    process.stdout.write(`crash matrix of open-primary: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)(
    'keeps its promises after $fault at $direction $step $point ($story)',
    ({ subject, ...cell }) => expectPromises(subject, cell),
  );
});
