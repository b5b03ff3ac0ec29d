import { describe, expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import type { HbaRule } from '#server/domain/hba-rules.ts';
import type { DialResult } from '#server/ports/link-probe.ts';
import type { ReplicationTry } from '#server/ports/postgres-admin.ts';
import { FakeHostSetup } from '#server/testing/fake-world/fake-host-setup.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { examinedPair, examineNetwork } from './examine-network.ts';
import type { ExamineNetworkInput } from './input.ts';
import { judgeWay } from './judge-way.ts';
import { observeWay, type NetworkNode } from './observe-way.ts';

const MIB = 1024 ** 2;
const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };
const OPEN: DialResult = { result: 'open', connectMs: [0.4, 0.5, 0.9], tls: true };
const RULE: HbaRule = {
  line: 7,
  type: 'host',
  databases: ['replication'],
  users: ['repl'],
  address: '10.0.0.2',
  netmask: '255.255.255.255',
  method: 'scram-sha-256',
};

const side = (name: string, address: string) => ({
  serverId: name,
  serverName: name,
  instanceId: name,
  location: plainLocation(),
  address,
});
const INPUT: ExamineNetworkInput = {
  pairId: 'p',
  pairName: 'shop',
  synchronous: false,
  primary: side('db1', '10.0.0.1'),
  standby: side('db2', '10.0.0.2'),
  replicationRole: 'repl',
  rewindRole: null,
  wal: { average: 2 * MIB, peak: 8 * MIB },
};

interface Seen {
  source?: string | null;
  dial?: DialResult;
  rules?: HbaRule[];
  login?: ReplicationTry;
  bytesPerSecond?: number;
  setup?: FakeHostSetup;
  input?: Partial<ExamineNetworkInput>;
}

/** What is said of the way from the standby to the primary, by code. */
async function judged(
  seen: Seen,
): Promise<Map<string, { state: string; detail: string; fix: string | null }>> {
  const setup = seen.setup ?? new FakeHostSetup();
  const node: NetworkNode = {
    network: {
      sourceAddress: async () => (seen.source === undefined ? '10.0.0.2' : seen.source),
      replication: async () => seen.login ?? { result: 'ok', systemIdentifier: '7', timeline: 1 },
    },
    link: {
      dial: async () => seen.dial ?? OPEN,
      networks: async () => ['10.0.0.1/24'],
      takeStream: () => Promise.reject(new Error('a pair is measured by its login')),
      giveStream: () => Promise.reject(new Error('a pair is measured by its login')),
      receive: async () => ({ bytesPerSecond: seen.bytesPerSecond ?? 100 * MIB, atMost: false }),
    },
    hba: {
      rules: async () => {
        if (seen.rules === undefined) return [RULE];
        if (seen.rules.length === 0 && seen.dial?.result === 'refused')
          throw new AppError('PG_NOT_ACCEPTING_CONNECTIONS', { message: 'db1 does not run' });
        return seen.rules;
      },
      memberOf: async (role) => [role],
    },
    setup,
  };
  const input = examinedPair({ ...INPUT, rewindRole: 'rew', ...seen.input });
  const way = await observeWay({ primary: node, standby: node }, input, 'standby', wait);
  return new Map(
    judgeWay(way, input, 0).map((gate) => [
      gate.code,
      { state: gate.state, detail: gate.detail.en, fix: gate.fix?.en ?? null },
    ]),
  );
}

describe('the examination of a network', () => {
  it('is well formed', () => {
    assertWellFormed(examineNetwork);
  });

  it('says of a way that works which line lets in, how long it takes and how much goes through', async () => {
    const rules = [RULE, { ...RULE, line: 8, databases: ['postgres'], users: ['rew'] }];
    const said = await judged({ rules });
    expect([...said].map(([code, { state }]) => `${code} ${state}`)).toEqual([
      'network-route ok',
      'network-port ok',
      'network-tls ok',
      'network-hba-replication ok',
      'network-hba-rewind ok',
      'network-login ok',
      'network-round-trip ok',
      'network-bandwidth ok',
    ]);
    expect(said.get('network-hba-replication')?.detail).toBe(
      'line 7 decides: host replication repl 10.0.0.2 255.255.255.255 scram-sha-256',
    );
    expect(said.get('network-round-trip')?.detail).toBe('0.50 ms (worst of 3: 0.90 ms)');
    expect(said.get('network-bandwidth')?.detail).toBe(
      '100 MiB/s; WAL of the last hour: 2 MiB/s, at most 8 MiB/s',
    );
  });

  it.each<[string, Seen, string, string, RegExp]>([
    ['no route', { source: null }, 'network-route', 'blocking', /no route/],
    [
      'a host that is off',
      { dial: { result: 'no-route' } },
      'network-route',
      'blocking',
      /no way from 10\.0\.0\.2/,
    ],
    ['a closed port', { dial: { result: 'refused' } }, 'network-port', 'blocking', /nobody listens/],
    ['a dropped packet', { dial: { result: 'filtered' } }, 'network-port', 'blocking', /packets are dropped/],
    [
      'something that is no PostgreSQL',
      { dial: { ...OPEN, tls: null } },
      'network-tls',
      'blocking',
      /no PostgreSQL/,
    ],
    ['a server without TLS', { dial: { ...OPEN, tls: false } }, 'network-tls', 'warning', /in clear/],
    ['no rule', { rules: [] }, 'network-hba-replication', 'blocking', /no line matches/],
    [
      'a rule that rejects',
      { rules: [{ ...RULE, line: 3, method: 'reject' }, RULE] },
      'network-hba-replication',
      'blocking',
      /^line 3 rejects/,
    ],
    [
      'a rule that asks for nothing',
      { rules: [{ ...RULE, method: 'trust' }] },
      'network-hba-replication',
      'warning',
      /^line 7/,
    ],
    [
      'a rule for connections without TLS only',
      { rules: [{ ...RULE, type: 'hostnossl' }] },
      'network-hba-replication',
      'warning',
      /^line 7/,
    ],
    [
      'a rule by name',
      { rules: [{ ...RULE, address: 'db2.example.org', netmask: null }] },
      'network-hba-replication',
      'unknown',
      /DNS/,
    ],
    [
      'another address than the kernel said',
      { login: { result: 'no-hba-rule', seenAddress: '192.0.2.9' } },
      'network-hba-replication',
      'blocking',
      /no line matches/,
    ],
    ['a wrong password', { login: { result: 'wrong-password' } }, 'network-login', 'blocking', /password/],
    [
      'a way that is slower than the WAL',
      { bytesPerSecond: MIB },
      'network-bandwidth',
      'blocking',
      /^1 MiB\/s; WAL/,
    ],
    [
      'a way that is slower than twice the peaks',
      { bytesPerSecond: 12 * MIB },
      'network-bandwidth',
      'warning',
      /^12 MiB\/s/,
    ],
    [
      'a long way for a synchronous pair',
      { dial: { ...OPEN, connectMs: [30] }, input: { synchronous: true } },
      'network-round-trip',
      'warning',
      /^30 ms/,
    ],
  ])('tells %s', async (_what, seen, code, state, detail) => {
    expect((await judged(seen)).get(code)).toMatchObject({ state, detail: expect.stringMatching(detail) });
  });

  it('names the firewall of the target that has no rule, and none that has one', async () => {
    const setup = new FakeHostSetup();
    setup.places = [
      { kind: 'ufw' },
      { kind: 'nftables', family: 'inet', table: 'f', chain: 'in', hook: 'input' },
    ];
    await setup.setRule({ kind: 'ufw' }, { from: '10.0.0.2', port: INPUT.primary.location.port }, true);
    const said = await judged({ dial: { result: 'filtered' }, setup });
    expect(said.get('network-firewall')).toMatchObject({
      state: 'blocking',
      detail: 'active on db1 without a rule: nftables, chain inet f in',
    });
  });

  it('guesses nothing where a look failed, and goes on with the others', async () => {
    const said = await judged({ dial: { result: 'refused' }, rules: [] });
    expect(said.get('network-hba')).toMatchObject({ state: 'unknown', detail: 'db1 does not run' });
    expect(said.get('network-port')?.state).toBe('blocking');
  });
});
