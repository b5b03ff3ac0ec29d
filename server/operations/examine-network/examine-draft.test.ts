import { beforeEach, describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { AppError } from '#server/errors/app-error.ts';
import { decideHba } from '#server/domain/hba-rules.ts';
import type { DialResult, StreamTaken } from '#server/ports/link-probe.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { FakeHostSetup } from '#server/testing/fake-world/fake-host-setup.ts';
import { examineDraft } from './examine-draft.ts';
import type { Examined, ExaminedNode } from './examined.ts';
import { judgeWay } from './judge-way.ts';
import { observeWay, type NetworkNode } from './observe-way.ts';
import { plannedRules } from './planned-rules.ts';
import { shutDoors } from './shut-doors.ts';

const MIB = 1024 ** 2;
const ROLES = { replication: 'tandem_replication', rewind: 'tandem_rewind', monitor: 'tandem_monitor' };
const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };
const side = (name: string, address: string): ExaminedNode => ({
  serverId: `id-${name}`,
  serverName: name,
  address,
  location: plainLocation(),
});
const EXAMINED: Examined = {
  synchronous: false,
  primary: side('db1', '10.0.0.1'),
  standby: side('db2', '10.0.0.2'),
  replicationRole: ROLES.replication,
  rewindRole: ROLES.rewind,
  wal: null,
  planned: {
    rules: plannedRules(ROLES, ['10.0.0.1', '10.0.0.2']),
    seenAs: { primary: '10.0.0.1', standby: '192.0.2.2' },
    backup: { bytes: 300 * MIB, limit: null },
  },
};
const { port } = EXAMINED.standby.location;

let dial: DialResult;
let taken: StreamTaken;
let logins: number;
beforeEach(() => {
  dial = { result: 'refused' };
  taken = { port, bytesPerSecond: 50 * MIB };
  logins = 0;
});

async function towardsStandby() {
  const neverLogsIn = async () => {
    logins += 1;
    throw new AppError('ASSERTION', { message: 'nobody may log in yet' });
  };
  const node: NetworkNode = {
    network: { sourceAddress: async () => '10.0.0.1', replication: neverLogsIn },
    link: {
      dial: async () => dial,
      networks: async () => [],
      receive: neverLogsIn,
      takeStream: async (_port, connect) => {
        await connect(taken.port ?? 0);
        return taken;
      },
      giveStream: async () => 40 * MIB,
    },
    hba: { rules: async () => [], memberOf: async () => [] },
    setup: new FakeHostSetup(),
  };
  const seen = await observeWay({ primary: node, standby: node }, EXAMINED, 'primary', wait);
  const gates = judgeWay(seen, EXAMINED, 0);
  return { seen, port: gates.find((gate) => gate.code === 'network-port'), doors: shutDoors(seen, EXAMINED) };
}

describe('the examination before a set-up', () => {
  it('is well formed', () => {
    assertWellFormed(examineDraft);
  });

  it('takes a port that let a stream through for open, and measures both directions with it', async () => {
    const { seen, port: row, doors } = await towardsStandby();
    expect(row).toMatchObject({ state: 'ok', detail: { en: expect.stringContaining('lets through') } });
    expect(seen.stream).toEqual({ port, toStandby: 50 * MIB, toPrimary: 40 * MIB });
    expect(doors).toEqual([]);
    expect(logins).toBe(0);
  });

  it('blames a firewall when a port refuses although it was opened', async () => {
    taken = { port, bytesPerSecond: null };
    const { port: row, doors } = await towardsStandby();
    expect(row?.state).toBe('blocking');
    expect(doors).toEqual([
      { from: 'db1', peerId: 'id-db1', address: '10.0.0.1', serverId: 'id-db2', serverName: 'db2', port },
    ]);
  });

  it('guesses nothing when no port could be opened', async () => {
    taken = { port: null, bytesPerSecond: null };
    const { port: row, doors } = await towardsStandby();
    expect(row?.state).toBe('unknown');
    expect(doors).toEqual([]);
  });

  it('measures nothing through a port that drops, and leads to its server', async () => {
    dial = { result: 'filtered' };
    const { seen, port: row, doors } = await towardsStandby();
    expect(seen.stream).toBeNull();
    expect(row?.state).toBe('blocking');
    expect(doors).toHaveLength(1);
  });

  it('finds nothing wrong with a port where something listens already', async () => {
    dial = { result: 'open', connectMs: [1], tls: false };
    expect((await towardsStandby()).port?.state).toBe('ok');
    expect(logins).toBe(0);
  });
});

describe('the lines that the plan will write', () => {
  it('let in exactly the accounts and addresses of the pair', () => {
    const rules = plannedRules(ROLES, ['10.0.0.1', 'fd00::2']);
    const decide = (address: string, user: string) =>
      decideHba(rules, {
        ...{ address, user, database: null, encrypted: true, memberOf: [user], ownNetworks: [] },
      });
    expect(decide('10.0.0.1', ROLES.replication)).toMatchObject({ kind: 'rule', admits: true });
    expect(decide('fd00::2', ROLES.replication)).toMatchObject({ kind: 'rule', admits: true });
    expect(decide('10.0.0.2', ROLES.replication)).toEqual({ kind: 'no-rule' });
    expect(decide('10.0.0.1', 'somebody')).toEqual({ kind: 'no-rule' });
  });
});
