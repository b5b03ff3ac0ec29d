import { AppError } from '#server/errors/app-error.ts';
import { withAutoConf } from '#server/domain/auto-conf.ts';
import { hbaName, pairHbaRules, withHbaBlock } from '#server/domain/hba-block.ts';
import { Secret } from '#server/domain/secret.ts';
import type { ChangeNode, ChangeWorld } from '#server/operations/change/world.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { PairRoles, RecordedRoles } from '#server/ports/inventory.ts';
import { FakePairWorld, snapshotOf } from './fake-pair-world.ts';

const SLOT = 'tandem_shop';

/** A pair that replicates as the wizard builds it: db1 is primary, db2 its standby through a slot. */
export class FakeChangeWorld implements ChangeWorld {
  readonly clock: Clock;
  readonly pair: FakePairWorld;
  readonly oldPrimary: ChangeNode;
  readonly newPrimary: ChangeNode;
  recorded: RecordedRoles = { epoch: 1, primaryInstanceId: 'instance-db1', mustRejoinInstanceId: null };
  readonly roles: PairRoles = {
    get: () => Promise.resolve(this.recorded),
    change: (o) => this.#change(o),
    rejoined: () => {
      this.recorded = { ...this.recorded, mustRejoinInstanceId: null };
      return Promise.resolve();
    },
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
  return { world: snapshotOf(world.pair), db1: node('db1'), db2: node('db2'), recorded: world.recorded };
}
