import { describe, expect, it } from 'vitest';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import { FakePairWorld, snapshotOf } from '#server/testing/fake-world/fake-pair-world.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { SetupInput } from './input.ts';
import type { SetupObservation } from './observation.ts';
import { setupStandby } from './setup-standby.ts';

const CLUSTER = plainLocation({
  kind: 'debian',
  name: '15/main',
  dataDirectory: '/var/lib/postgresql/15/main',
  configDirectory: '/etc/postgresql/15/main',
});
const node = (serverName: string, address: string): Json => ({
  serverId: `server-${serverName}`,
  serverName,
  instanceId: `instance-${serverName}`,
  location: { ...CLUSTER },
  address,
  seenAs: address,
});
const role = (name: string): Json => ({
  name,
  secretId: `secret-${name}`,
  salt: Buffer.from('0123456789abcdef').toString('base64'),
});
const INPUT = {
  pairId: 'pair-1',
  pairName: 'shop',
  environment: 'production',
  mode: 'asynchronous',
  majorVersion: 15,
  systemIdentifier: '7300000000000000001',
  superuser: 'postgres',
  hbaFile: '/etc/postgresql/15/main/pg_hba.conf',
  primary: node('db1', '10.0.0.1'),
  standby: node('db2', '10.0.0.2'),
  slotName: 'tandem_shop',
  roles: {
    replication: role('tandem_replication'),
    rewind: role('tandem_rewind'),
    monitor: role('tandem_monitor'),
  },
  settings: [],
  standbySettings: [],
  moveAsideTo: '/var/lib/postgresql/15/main.before-tandem',
  configAsideTo: '/var/lib/postgresql/15/main.before-tandem.configuration',
  stopTarget: true,
  backupRateLimitBytes: null,
  databaseBytes: 1024,
};

/** Debian's own way: both hosts run the cluster that the package made, the second one unused. */
const subject: MatrixSubject<FakePairWorld, SetupObservation, SetupInput> = {
  operation: setupStandby,
  input: INPUT,
  makeWorld: (clock) => {
    const place: InstanceLocation = CLUSTER;
    const world = new FakePairWorld(clock, { db1: place, db2: place });
    world.postgres.db2.initialise('7300000000000000002');
    world.hosts.db2.putFile('/var/lib/postgresql/15/main/precious', 'kept');
    return world;
  },
  snapshot: snapshotOf,
  effects: (w) => ({
    ...w.postgres.db1.effects,
    ...Object.fromEntries(Object.entries(w.postgres.db2.effects).map(([k, v]) => [`db2 ${k}`, v])),
  }),
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
