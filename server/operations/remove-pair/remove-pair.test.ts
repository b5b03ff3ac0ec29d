import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { readAutoConf, withAutoConf } from '#server/domain/auto-conf.ts';
import { monitorHbaRules, pairHbaRules, readHbaBlock, withHbaBlock } from '#server/domain/hba-block.ts';
import { Secret } from '#server/domain/secret.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { effectsOf, FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import type { Clock } from '#server/ports/clock.ts';
import { scramVerifier } from '../scram-verifier.ts';
import type { RemovalKeep, RemoveInput } from './input.ts';
import type { RemoveObservation } from './observation.ts';
import { removePair } from './remove-pair.ts';
import { withoutRulesOf } from './steps/take-rules.ts';
import type { RemoveWorld } from './world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

const SALT = Buffer.from('0123456789abcdef').toString('base64');
const role = (name: string) => ({ name, secretId: `secret-${name}`, salt: SALT });
const place = (serverName: string, dataDirectory: string): RemoveInput['primary'] => ({
  serverId: `server-${serverName}`,
  serverName,
  instanceId: `instance-${serverName}`,
  location: plainLocation({ dataDirectory }),
});

const INPUT: RemoveInput = {
  pairId: 'pair-1',
  pairName: 'shop',
  keep: 'nothing',
  synchronous: true,
  systemIdentifier: '7300000000000000001',
  primary: place('db1', '/data/main'),
  standby: place('db2', '/data/standby'),
  hbaFiles: { primary: '/data/main/pg_hba.conf', standby: '/data/standby/pg_hba.conf' },
  slotName: 'tandem_shop',
  followsAs: 'tandem_shop',
  roles: {
    replication: role('tandem_replication'),
    rewind: role('tandem_rewind'),
    monitor: role('tandem_monitor'),
  },
  secretIds: ['secret-tandem_replication', 'secret-tandem_rewind', 'secret-tandem_monitor'],
  reason: null,
};
const NAMES = { replication: 'tandem_replication', rewind: 'tandem_rewind', monitor: 'tandem_monitor' };
const PASSFILE =
  '*:*:*:tandem_replication:clear-secret-tandem_replication\n*:*:*:tandem_rewind:clear-secret-tandem_rewind\n';
/** Rules of another pair on the same servers, and lines of a person in an encoding that is not UTF-8. */
const OTHERS = monitorHbaRules('tandem_monitor_other');
const COPY = '/data/main/pg_hba.conf.before-tandem';
const BY_HAND = Buffer.from('local all all peer\n# gr\xfc\xdfe\n', 'latin1');

class World extends FakePairWorld implements RemoveWorld {
  readonly secrets = new Set([...INPUT.secretIds, 'secret-of-another-pair']);

  constructor(clock: Clock) {
    super(clock);
    const { db1, db2 } = this.postgres;
    for (const [grant, name] of Object.entries(NAMES)) {
      const verifier = scramVerifier(new Secret(`clear-secret-${name}`), SALT);
      db1.catalog.roles.set(name, { verifier, grants: [grant as keyof typeof NAMES], comment: null });
    }
    const rules = [...OTHERS, ...pairHbaRules(NAMES, ['10.0.0.1', '10.0.0.2'])];
    const hba = Buffer.from(withHbaBlock(BY_HAND.toString('latin1'), rules), 'latin1');
    this.hosts.db1.putFile('/data/main/pg_hba.conf', hba.toString('latin1'));
    this.hosts.db1.putFile('/data/main/tandem.pgpass', PASSFILE);
    this.hosts.db1.putFile(COPY, BY_HAND.toString('latin1'));
    const conf = '/data/main/postgresql.auto.conf';
    this.hosts.db1.putFile(conf, withAutoConf('', new Map([['synchronous_standby_names', '"tandem_shop"']])));
    db1.loadHba();
    db2.initialiseStandbyOf(db1, 'tandem_shop');
    const standbyConf = '/data/standby/postgresql.auto.conf';
    const before = this.hosts.db2.text(standbyConf) ?? '';
    this.hosts.db2.putFile(
      standbyConf,
      withAutoConf(before, new Map([['primary_slot_name', 'tandem_shop']])),
    );
    db1.slotRows.push(slot('tandem_shop'), slot('somebody_elses'));
    this.pairs.set('pair-1', { pairId: 'pair-1' } as never);
  }

  secretExists(id: string): Promise<boolean> {
    return Promise.resolve(this.secrets.has(id));
  }

  forgetSecret(id: string): Promise<void> {
    this.secrets.delete(id);
    return Promise.resolve();
  }
}

const slot = (name: string) => ({
  name,
  type: 'physical' as const,
  active: false,
  restartLsn: '0/3000000',
  walStatus: 'reserved',
  retainedBytes: 0,
  safeWalBytes: null,
});

interface Node {
  files: [string, { data: Buffer }][];
  roles: string[];
  slots: string[];
}

/** As a person would compare: the order of roles, slots and settings means nothing. */
function compare(world: World): unknown {
  const { db1, db2, pairs } = snapshotOf(world) as { db1: Node; db2: Node; pairs: string[] };
  const node = (n: Node) => ({
    ...n,
    roles: n.roles.toSorted(),
    slots: n.slots.toSorted(),
    files: n.files.map(([path, file]) =>
      path.endsWith('auto.conf')
        ? [path, [...readAutoConf(file.data.toString())].sort()]
        : [path, file.data?.toString('latin1')],
    ),
  });
  return { db1: node(db1), db2: node(db2), pairs, secrets: [...world.secrets] };
}

function subjectWith(change: Partial<RemoveInput>, prepare: (world: World) => void = () => undefined) {
  const subject: MatrixSubject<World, RemoveObservation, RemoveInput> & { worlds: World[] } = {
    worlds: [],
    operation: removePair,
    input: { ...INPUT, ...change },
    makeWorld: (clock) => {
      const world = new World(clock);
      prepare(world);
      subject.worlds.push(world);
      return world;
    },
    snapshot: compare,
    effects: effectsOf,
  };
  return subject;
}

async function end(change: Partial<RemoveInput>, prepare?: (world: World) => void) {
  const subject = subjectWith(change, prepare);
  const outcome = await runCell(subject, null);
  const world = subject.worlds[0] ?? expect.fail();
  const hba = (name: 'db1' | 'db2', path: string) => readHbaBlock(world.hosts[name].text(path) ?? '');
  return {
    ...outcome,
    world,
    rules: [hba('db1', INPUT.hbaFiles.primary), hba('db2', INPUT.hbaFiles.standby)],
    roles: [...world.postgres.db1.catalog.roles.keys()],
    slots: world.postgres.db1.slotRows.map((row) => row.name),
    streams: (await world.postgres.db1.senders()).length > 0,
  };
}

describe('remove-pair', () => {
  it('is well formed', () => {
    assertWellFormed(removePair);
  });

  it('touches neither server when everything is left, not even to look', async () => {
    const away = (world: World) => {
      world.hosts.db1.reachable = false;
      world.hosts.db2.reachable = false;
    };
    const r = await runCell(subjectWith({ keep: 'all' }, away), null);
    expect(r.operation.status).toBe('succeeded');
    expect(r.effects).toEqual({});
    expect(r.after).toMatchObject({ pairs: [], secrets: ['secret-of-another-pair'] });
  });

  it('lets replication go on when only what watching needs is taken away', async () => {
    const r = await end({ keep: 'replication' });
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r).toMatchObject({
      streams: true,
      roles: ['tandem_replication'],
      slots: ['tandem_shop', 'somebody_elses'],
    });
    for (const rules of r.rules) {
      expect(rules?.some((rule) => rule.includes('"tandem_replication"'))).toBe(true);
      expect(rules?.some((rule) => /"tandem_(rewind|monitor)"/.test(rule))).toBe(false);
    }
    expect(r.world.hosts.db2.text('/data/standby/tandem.pgpass')).toBe(PASSFILE);
  });

  it('takes everything of ours away and nothing of others when replication ends', async () => {
    const r = await end({});
    expect(r.operation.problem).toBeNull();
    expect(r).toMatchObject({ streams: false, roles: [], slots: ['somebody_elses'] });
    expect(r.rules).toEqual([OTHERS, OTHERS]);
    expect(r.world.hosts.db1.text('/data/main/tandem.pgpass')).toBeNull();
    expect(r.world.hosts.db2.text('/data/standby/tandem.pgpass')).toBeNull();
    expect(r.after).toMatchObject({ pairs: [], secrets: ['secret-of-another-pair'] });
    const settings = readAutoConf(r.world.hosts.db1.text('/data/main/postgresql.auto.conf') ?? '');
    expect(settings.has('synchronous_standby_names')).toBe(false);
  });

  it('takes the copy of pg_hba.conf away only when no other pair has rules there', async () => {
    const shared = await end({});
    expect(shared.world.hosts.db1.text(COPY)).not.toBeNull();
    const own = await end({}, alone);
    expect(own.rules).toEqual([null, null]);
    expect(own.world.hosts.db1.text(COPY)).toBeNull();
    expect(own.world.hosts.db2.text('/data/standby/pg_hba.conf.before-tandem')).toBeNull();
  });

  it('never makes a second writable server of the standby that it lets go', async () => {
    const { world } = await end({});
    expect(world.hosts.db2.text('/data/standby/standby.signal')).not.toBeNull();
    await world.postgres.db2.stop();
    await world.postgres.db2.start();
    expect(world.postgres.db2.inRecovery).toBe(true);
  });

  it('leaves a slot that the pair used before Tandem, also when replication ends', async () => {
    const r = await end({ slotName: null });
    expect(r.operation.problem).toBeNull();
    expect(r).toMatchObject({ streams: false, roles: [], slots: ['tandem_shop', 'somebody_elses'] });
  });

  it('does nothing to roles that a person gave', async () => {
    const given = { replication: null, rewind: null, monitor: null };
    const r = await end({ roles: given, slotName: null, secretIds: [], keep: 'nothing' });
    expect(r.operation.status).toBe('succeeded');
    expect(r.effects).toEqual({});
    expect(r.streams).toBe(true);
  });

  it('asks before it drops a role whose password is not the one that Tandem gave', async () => {
    const r = await end({}, (world) => {
      const found = world.postgres.db1.catalog.roles.get('tandem_rewind') ?? expect.fail();
      found.verifier = new Secret('SCRAM-SHA-256$4096:x$y:z');
    });
    expect(r.operation).toMatchObject({ status: 'needs-attention', problem: { code: 'WORLD_CHANGED' } });
    expect(r).toMatchObject({ roles: ['tandem_rewind', 'tandem_monitor'], streams: true });
    expect(r.after).toMatchObject({ pairs: ['pair-1'] });
  });

  it.each(['db1', 'db2'] as const)('refuses when another database system lies on %s', async (name) => {
    const r = await end({}, (world) => {
      const directory = name === 'db1' ? '/data/main' : '/data/standby';
      world.hosts[name].putFile(`${directory}/system-identifier`, '7399999999999999999');
    });
    expect(r.operation.status).toBe('undone');
    expect(r.after).toEqual(r.before);
  });
});

it('takes rules of whole role names only', () => {
  const block = [...monitorHbaRules('tandem_monitor'), ...monitorHbaRules('tandem_monitor_2')];
  const file = withHbaBlock('local all all peer\n', block);
  expect(readHbaBlock(withoutRulesOf(file, ['tandem_monitor']))).toEqual(monitorHbaRules('tandem_monitor_2'));
  expect(withoutRulesOf(file, ['tandem_monitor', 'tandem_monitor_2'])).toBe('local all all peer\n');
  expect(withoutRulesOf('local all all peer\n', ['tandem_monitor'])).toBe('local all all peer\n');
});

const KEEPS: readonly RemovalKeep[] = ['all', 'replication', 'nothing'];
/** Without another pair's rules, so that every step has something to do. */
const alone = (world: World): void => {
  for (const [host, path] of [
    ['db1', INPUT.hbaFiles.primary],
    ['db2', INPUT.hbaFiles.standby],
  ] as const)
    world.hosts[host].putFile(
      path,
      withoutRulesOf(world.hosts[host].text(path) ?? '', ['tandem_monitor_other']),
    );
};
const cells = KEEPS.flatMap((keep) => {
  const s = subjectWith({ keep }, alone);
  return cellsOf(s).map((cell) => ({ keep, s, ...cell }));
});
/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 280;

describe('the crash matrix of remove-pair', () => {
  it(`has at least ${CELLS_AT_LEAST} cells`, () => {
    process.stdout.write(`crash matrix of remove-pair: ${cells.length} cells\n`);
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('keeps its promises ($keep) after $fault at $direction $step $point', ({ s, ...cell }) =>
    expectPromises(s, cell),
  );
});
