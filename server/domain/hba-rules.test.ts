import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideHba, hbaLine, type HbaAttempt, type HbaRule } from './hba-rules.ts';
import { maskOf, parseIp } from './ip-address.ts';

/** `line type database user address[/netmask] method`, as pg_hba_file_rules would say it. */
function rules(...lines: string[]): HbaRule[] {
  return lines.map((text, i) => {
    const [type = '', databases = '', users = '', ...rest] = text.split(' ');
    const method = rest.pop() ?? '';
    const [address = null, netmask = null] = rest;
    return {
      line: i + 1,
      type,
      databases: databases.split(','),
      users: users.split(','),
      address,
      netmask,
      method,
    };
  });
}

const REPLICATION: HbaAttempt = {
  address: '10.0.0.2',
  encrypted: false,
  database: null,
  user: 'repl',
  memberOf: ['repl'],
  ownNetworks: ['127.0.0.1/8', '10.0.0.1/24', 'fd00::1/64'],
};
const LOGIN: HbaAttempt = { ...REPLICATION, database: 'shop', user: 'app', memberOf: ['app', 'staff'] };

const decided = (lines: string[], attempt: HbaAttempt): string => {
  const verdict = decideHba(rules(...lines), attempt);
  if (verdict.kind === 'no-rule') return 'none';
  return verdict.kind === 'depends'
    ? `${verdict.rule.line} ${verdict.on}`
    : `${verdict.rule.line} ${verdict.rule.method}`;
};

describe('the rule that decides', () => {
  it.each<[string, string[], Partial<HbaAttempt>, string]>([
    [
      'is the first that matches, not the best',
      ['host replication all 0.0.0.0 0.0.0.0 reject', 'host replication repl 10.0.0.2 255.255.255.255 trust'],
      {},
      '1 reject',
    ],
    ['is none when no line fits', ['host replication repl 10.0.0.3 255.255.255.255 trust'], {}, 'none'],
    ['is never a local one over the network', ['local all all trust'], {}, 'none'],
    [
      'is not a line for "all" databases, which replication is not',
      ['host all all 0.0.0.0 0.0.0.0 trust'],
      {},
      'none',
    ],
    [
      'names replication among others',
      ['host shop,replication repl 10.0.0.0 255.255.255.0 md5'],
      {},
      '1 md5',
    ],
    ['is hostssl only with TLS', ['hostssl replication repl all scram-sha-256'], {}, 'none'],
    [
      'is hostssl with TLS',
      ['hostssl replication repl all scram-sha-256'],
      { encrypted: true },
      '1 scram-sha-256',
    ],
    ['is hostnossl only without TLS', ['hostnossl replication repl all md5'], { encrypted: true }, 'none'],
    [
      'is never hostgssenc',
      ['hostgssenc replication repl all trust', 'hostnogssenc replication repl all md5'],
      {},
      '2 md5',
    ],
    ['takes samenet by the server’s own networks', ['host replication repl samenet md5'], {}, '1 md5'],
    ['takes samehost for the server alone', ['host replication repl samehost md5'], {}, 'none'],
    [
      'leaves samenet open where the networks are not known',
      ['host replication repl samenet md5'],
      { ownNetworks: null },
      '1 own-networks',
    ],
    [
      'leaves a host name open, because DNS decides',
      ['host replication repl db2.example.org md5'],
      {},
      '1 host-name',
    ],
    [
      'passes a host name by when the user is another',
      ['host replication other db2.example.org md5', 'host replication repl all md5'],
      {},
      '2 md5',
    ],
    ['keeps the families apart', ['host replication repl ::0 ::0 md5'], {}, 'none'],
    [
      'sees IPv4 in IPv6 as IPv4',
      ['host replication repl 10.0.0.0 255.255.255.0 md5'],
      { address: '::ffff:10.0.0.2' },
      '1 md5',
    ],
    [
      'matches IPv6 by its mask',
      ['host replication repl fd00:: ffff:ffff:ffff:ffff:: md5'],
      { address: 'fd00::2' },
      '1 md5',
    ],
  ])('%s', (_what, lines, attempt, expected) => {
    expect(decided(lines, { ...REPLICATION, ...attempt })).toBe(expected);
  });

  it.each<[string, string[], Partial<HbaAttempt>, string]>([
    ['matches a database by name', ['host other all all md5', 'host shop all all trust'], {}, '2 trust'],
    [
      'never takes the word replication for a database',
      ['host replication all all md5'],
      { database: 'replication' },
      'none',
    ],
    ['matches sameuser', ['host sameuser all all md5'], { database: 'app' }, '1 md5'],
    ['matches samerole by membership', ['host samerole all all md5'], { database: 'staff' }, '1 md5'],
    ['matches a group with +', ['host all +staff all md5'], {}, '1 md5'],
    ['does not match a group without +', ['host all staff all md5'], {}, 'none'],
    ['matches a regular expression', ['host /^sh.p$ /^a(pp|xe)$ all md5'], {}, '1 md5'],
    ['is not matched by another', ['host /^shops$ all all md5'], {}, 'none'],
    [
      'leaves an expression open that we read differently',
      ['host /^\\m all all md5'],
      {},
      '1 regular-expression',
    ],
  ])('%s', (_what, lines, attempt, expected) => {
    expect(decided(lines, { ...LOGIN, ...attempt })).toBe(expected);
  });

  it('says whether it admits', () => {
    expect(decideHba(rules('host replication repl all reject'), REPLICATION)).toMatchObject({
      admits: false,
    });
    expect(decideHba(rules('host replication repl all cert'), REPLICATION)).toMatchObject({ admits: true });
  });

  it('is quoted as it stands in the file', () => {
    const [rule] = rules('hostssl replication repl 10.0.0.0 255.255.255.0 scram-sha-256');
    expect(rule && hbaLine(rule)).toBe('hostssl replication repl 10.0.0.0 255.255.255.0 scram-sha-256');
  });

  it('does not change when rules that cannot match are put before it', () => {
    const noise = fc.constantFrom(
      'local all all trust',
      'host all all all trust',
      'hostssl replication repl all reject',
      'host replication other all reject',
      'host replication repl 192.168.0.0 255.255.0.0 reject',
    );
    fc.assert(
      fc.property(fc.array(noise), (before) => {
        const verdict = decideHba(
          rules(...before, 'host replication repl 10.0.0.2 255.255.255.255 md5'),
          REPLICATION,
        );
        expect(verdict).toMatchObject({ kind: 'rule', rule: { line: before.length + 1 } });
      }),
    );
  });
});

const v4 = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
const bitsOf = (bytes: readonly number[]): string =>
  bytes.map((b) => b.toString(2).padStart(8, '0')).join('');
const bytesOf = (bits: string): number[] => bits.match(/.{8}/g)?.map((b) => Number.parseInt(b, 2)) ?? [];

describe('a network in a rule', () => {
  it('holds exactly the addresses that share its first bits', () => {
    fc.assert(
      fc.property(v4, v4, fc.nat(32), (network, address, prefix) => {
        const mask = bytesOf('1'.repeat(prefix).padEnd(32, '0')).join('.');
        const [rule] = rules(`host replication repl ${network.join('.')} ${mask} md5`);
        const verdict = decideHba(rule === undefined ? [] : [rule], {
          ...REPLICATION,
          address: address.join('.'),
        });
        const shares = bitsOf(network).slice(0, prefix) === bitsOf(address).slice(0, prefix);
        expect(verdict.kind).toBe(shares ? 'rule' : 'no-rule');
      }),
    );
  });

  it('reads every way of writing an IPv6 address', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.nat(7), fc.nat(8), (all, from, length) => {
        const some = all.map((g, i) => (i >= from && i < from + length ? 0 : g));
        const expected = some.reduce((sum, g) => (sum << 16n) | BigInt(g), 0n);
        fc.pre(expected >> 32n !== 0xffffn);
        const hex = some.map((g) => g.toString(16));
        const end = Math.min(from + length, 8);
        const short =
          length === 0 ? hex.join(':') : `${hex.slice(0, from).join(':')}::${hex.slice(end).join(':')}`;
        expect(parseIp(hex.join(':').toUpperCase())).toEqual({ bits: 128, value: expected });
        expect(parseIp(short)).toEqual({ bits: 128, value: expected });
      }),
    );
  });

  it.each(['', '10.0.0', '10.0.0.256', '1:2:3', '::1::2', 'db1', '1:2:3:4:5:6:7:8:9', '12345::'])(
    'reads no address from %s',
    (text) => {
      expect(parseIp(text)).toBeNull();
    },
  );

  it('has no bits with the prefix 0 and all with the longest', () => {
    expect(maskOf(32, 0)).toBe(0n);
    expect(maskOf(32, 32)).toBe(0xffffffffn);
    expect(maskOf(128, 128)).toBe((1n << 128n) - 1n);
  });
});
