import { AppError } from '#server/errors/app-error.ts';
import { withAutoConf } from '#server/domain/auto-conf.ts';
import { hbaName, pairHbaRules, withHbaBlock } from '#server/domain/hba-block.ts';
import { UNKNOWN_BOUND } from '#server/domain/loss-record.ts';
import { Secret } from '#server/domain/secret.ts';
import type { ChangeNode } from '#server/operations/change/world.ts';
import type { ChangeWorld } from '#server/operations/change/world.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Fences, OwedFence } from '#server/ports/fences.ts';
import type { PairRoles, RecordedRoles } from '#server/ports/inventory.ts';
import type { Losses } from '#server/ports/losses.ts';
import type { RejoinWorld } from '#server/operations/rejoin/world.ts';
import { FakeHooks } from './fake-hooks.ts';
import { FakePairWorld, snapshotOf } from './fake-pair-world.ts';
import { FakePooler, fakeRoutes } from './fake-routes.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

const SLOT = 'tandem_shop';

/** A pair that replicates as the wizard builds it: db1 is primary, db2 its standby through a slot. */
export class FakeChangeWorld implements ChangeWorld, RejoinWorld {
  readonly clock: Clock;
  readonly pair: FakePairWorld;
  readonly oldPrimary: ChangeNode;
  readonly newPrimary: ChangeNode;
  recorded: RecordedRoles = {
    epoch: 1,
    primaryInstanceId: 'instance-db1',
    mustRejoinInstanceId: null,
    detached: null,
  };
  readonly roles: PairRoles = {
    get: () => Promise.resolve(this.recorded),
    change: (o) => this.#change(o),
    detach: (_pairId, detached) => {
      this.recorded = { ...this.recorded, detached };
      return Promise.resolve();
    },
    rejoined: () => {
      this.recorded = { ...this.recorded, mustRejoinInstanceId: null, detached: null };
      for (const id of this.owed.keys()) this.owed.set(id, 'set');
      return Promise.resolve();
    },
  };

  readonly hooks = new FakeHooks();
  readonly pooler = new FakePooler();
  readonly routes = fakeRoutes(this.pooler, () => Object.values(this.pair.postgres));
  readonly owed = new Map<string, OwedFence | 'set'>();
  readonly fences: Fences = {
    owe: async (fence) => {
      await Promise.resolve();
      if (!this.owed.has(fence.id)) this.owed.set(fence.id, fence);
    },
    exists: (id) => Promise.resolve(this.owed.has(id)),
    pending: () =>
      Promise.resolve(
        [...this.owed.values()].flatMap((f) => (f !== 'set' && f.state === 'pending' ? [f] : [])),
      ),
    settle: (id) => {
      this.owed.set(id, 'set');
      return Promise.resolve();
    },
    conflict: (id, detail) => {
      const fence = this.owed.get(id);
      if (fence !== undefined && fence !== 'set') this.owed.set(id, { ...fence, state: 'conflict', detail });
      return Promise.resolve();
    },
    forget: (id) => {
      this.owed.delete(id);
      return Promise.resolve();
    },
  };

  readonly losses: Losses = {
    record: ({ transactions, committedBytes, relations }) =>
      Promise.resolve({
        measured: { transactions, committedBytes, relations },
        bound: UNKNOWN_BOUND,
        exceeded: false,
        measuredAtMs: this.clock.nowMs(),
        changeId: null,
        rejoinId: 'op',
        walText: { bytes: 0, cut: false },
      }),
  };

  constructor(clock: Clock) {
    this.clock = clock;
    this.pair = new FakePairWorld(clock);
    const { db1, db2 } = this.pair.postgres;
    const { hosts } = this.pair;
    for (const grants of ['replication', 'rewind', 'monitor'] as const)
      db1.catalog.roles.set(`tandem_${grants}`, {
        verifier: new Secret('v'),
        grants: [grants],
        comment: null,
      });
    const rules = pairHbaRules(
      { replication: 'tandem_replication', rewind: 'tandem_rewind', monitor: 'tandem_monitor' },
      [hosts.db1.address, hosts.db2.address],
    );
    hosts.db1.putFile('/data/main/pg_hba.conf', withHbaBlock('local all all peer\n', rules));
    hosts.db1.putFile(
      '/data/main/tandem.pgpass',
      `*:*:*:tandem_replication:x\n# ${hbaName('tandem_rewind')}\n`,
    );
    db1.loadHba();
    db1.slotRows.push(slotNamed(SLOT));
    db2.initialiseStandbyOf(db1, SLOT);
    this.oldPrimary = { ...this.pair.primary, session: db1 };
    this.newPrimary = { ...this.pair.standby, session: db2 };
  }

  /** Commits on db1 wait for db2. */
  makeSynchronous(): void {
    const conf = '/data/main/postgresql.auto.conf';
    const { db1 } = this.pair.hosts;
    db1.putFile(
      conf,
      withAutoConf(db1.text(conf) ?? '', new Map([['synchronous_standby_names', `"${SLOT}"`]])),
    );
  }

  /** db2 has taken over, as a failover leaves it. */
  promoteStandby(): void {
    this.pair.postgres.db2.promoteByHand();
    this.recorded = {
      epoch: 2,
      primaryInstanceId: 'instance-db2',
      mustRejoinInstanceId: 'instance-db1',
      detached: null,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #change(o: Parameters<PairRoles['change']>[0]): Promise<void> {
    await Promise.resolve();
    if (this.recorded.primaryInstanceId === o.primaryInstanceId) return;
    if (this.recorded.epoch !== o.epoch)
      throw new AppError('STALE_VIEW', { message: 'the roles were changed' });
    this.recorded = {
      epoch: o.epoch + 1,
      primaryInstanceId: o.primaryInstanceId,
      mustRejoinInstanceId: o.mustRejoin ? this.recorded.primaryInstanceId : null,
      detached: this.recorded.detached,
    };
  }
}

function slotNamed(name: string): FakePairWorld['postgres']['db1']['slotRows'][number] {
  return {
    name,
    type: 'physical',
    active: true,
    restartLsn: '0/3000060',
    walStatus: 'reserved',
    retainedBytes: 0,
    safeWalBytes: null,
  };
}

/** Everything that a change of roles may leave behind, as plain data. */
export function changeSnapshotOf(world: FakeChangeWorld): unknown {
  const node = (name: 'db1' | 'db2'): unknown => {
    const p = world.pair.postgres[name];
    return { timeline: p.timeline, writable: p.running && !p.inRecovery, unclean: p.unclean };
  };
  return {
    world: snapshotOf(world.pair),
    db1: node('db1'),
    db2: node('db2'),
    recorded: world.recorded,
    owed: [...world.owed.keys()],
    application: [world.hooks.application, world.hooks.pointsTo],
    pool: poolSnapshot(world.pooler),
  };
}

function poolSnapshot({ text, next, paused, loaded }: FakePooler): unknown {
  return { text, next, paused, loaded };
}

export function changeEffectsOf(world: FakeChangeWorld): Record<string, number> {
  const of = (name: 'db1' | 'db2'): [string, number][] =>
    Object.entries(world.pair.postgres[name].effects).map(([k, v]) => [`${name} ${k}`, v]);
  const called = Object.entries(world.hooks.effects).map(([k, v]): [string, number] => [`hook ${k}`, v]);
  return Object.fromEntries([...of('db1'), ...of('db2'), ...called, ...Object.entries(world.pooler.effects)]);
}

const nodeInput = (serverName: string, dataDirectory: string, address: string) => ({
  serverId: `server-${serverName}`,
  serverName,
  instanceId: `instance-${serverName}`,
  location: plainLocation({ dataDirectory }),
  address,
  monitorRole: 'tandem_monitor',
  monitorSecretId: 'secret',
});

/** What every change of roles of this world is pinned to. */
export const CHANGE_INPUT = {
  pairId: 'pair-1',
  pairName: 'shop',
  environment: 'production',
  epoch: 1,
  majorVersion: 15,
  systemIdentifier: '7300000000000000001',
  mode: 'asynchronous',
  oldPrimary: nodeInput('db1', '/data/main', '10.0.0.1'),
  newPrimary: nodeInput('db2', '/data/standby', '10.0.0.2'),
  slotName: SLOT,
  replicationRole: 'tandem_replication',
  rewindRole: 'tandem_rewind',
  reason: null,
};
