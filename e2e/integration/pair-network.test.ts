import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '#e2e/lab/processes/until.ts';
import type { GateResult } from '#server/domain/plan.ts';
import type { NetworkAnswer } from '#server/services/network-answer.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';
import { ADA } from './tandem/start-tandem.ts';

let pair: StreamingPair;

beforeAll(async () => {
  pair = await startStreamingPair();
  await pair.healthy();
});
afterAll(async () => {
  await pair?.stop();
});

let visits = 0;
async function examine(): Promise<GateResult[]> {
  visits += 1;
  const key = `visit-${visits}`;
  let answer: NetworkAnswer | undefined;
  await until(
    'the network is examined',
    async () => {
      answer = await pair.tandem.services.network.examine(pair.pairId, key, ADA);
      return answer.state !== 'making';
    },
    { timeoutMs: 90_000, everyMs: 200 },
  );
  if (answer?.state !== 'ready') throw new Error(JSON.stringify(answer, null, 1));
  return answer.gates;
}

const row = (gates: GateResult[], code: string, from = 'db2'): GateResult => {
  const found = gates.find((gate) => gate.code === code && gate.server === from);
  if (found === undefined) throw new Error(`no ${code} from ${from}: ${JSON.stringify(gates, null, 1)}`);
  return found;
};
const state = (gates: GateResult[], code: string, from?: string): string => row(gates, code, from).state;

const hbaFile = (): string => `${pair.nodes.db1.location.dataDirectory}/pg_hba.conf`;
const onDb1 = (script: string): Promise<string> =>
  pair.lab
    .host('db1')
    .require(['sh', '-c', script, 'sh', hbaFile()], { as: 'root' })
    .then((r) => r.stdout);
const reload = (): Promise<unknown> =>
  // A file time has whole seconds; the postmaster reads the file at the signal.
  pair.nodes.db1.sql('SELECT pg_reload_conf()');

/** Puts lines above everything else in the primary's pg_hba.conf for the time of `work`. */
async function withHba(lines: string[], work: () => Promise<void>): Promise<void> {
  await onDb1(
    `cp -p "$1" "$1.kept" && { printf '%s\\n' ${lines.map((l) => `'${l}'`).join(' ')}; cat "$1.kept"; } > "$1"`,
  );
  try {
    await reload();
    await work();
  } finally {
    await onDb1('cp -p "$1.kept" "$1" && rm "$1.kept"');
    await reload();
  }
}

describe('the network between two servers', () => {
  it('is fine both ways where a pair replicates, with numbers', async () => {
    const gates = await examine();
    for (const from of ['db1', 'db2'])
      for (const code of [
        'route',
        'port',
        'hba-replication',
        'hba-rewind',
        'login',
        'round-trip',
        'bandwidth',
      ])
        expect([code, from, state(gates, `network-${code}`, from)]).toEqual([code, from, 'ok']);
    expect(row(gates, 'network-round-trip').detail.en).toMatch(/^[\d.]+ ms \(worst of 5: [\d.]+ ms\)$/);
    expect(row(gates, 'network-bandwidth').detail.en).toMatch(/^[\d.]+ [KMG]iB\/s; /);
    const db2 = pair.lab.host('db2').address;
    expect(row(gates, 'network-hba-replication').detail.en).toContain(`${db2} 255.255.255.255 scram-sha-256`);
  });

  it('is held against the WAL that the pair was seen to write', async () => {
    const against = async () =>
      / WAL of the last hour: [\d.]+ \w+\/s, at most /.test(
        row(await examine(), 'network-bandwidth').detail.en,
      );
    await until('the first minute is stored', against, { timeoutMs: 90_000, everyMs: 1_000 });
  });

  it.each<[string, (db2: string) => string[], string, RegExp]>([
    [
      'a line that rejects',
      () => ['host replication all 0.0.0.0/0 reject'],
      'blocking',
      /^line 1 rejects: host replication all 0\.0\.0\.0 0\.0\.0\.0 reject$/,
    ],
    [
      'a line for another network first',
      () => ['host replication all 192.0.2.0/24 reject'],
      'ok',
      /scram-sha-256$/,
    ],
    [
      'a line for databases, which replication is not',
      () => ['host all all all reject'],
      'ok',
      /scram-sha-256$/,
    ],
    [
      'a line for this network',
      (db2) => [`host replication all ${db2}/28 reject`],
      'blocking',
      /^line 1 rejects/,
    ],
    ['samenet', () => ['host replication all samenet reject'], 'blocking', /samenet reject$/],
    ['samehost', () => ['host replication all samehost reject'], 'ok', /scram-sha-256$/],
    ['trust before all', () => ['host replication all samenet trust'], 'warning', /^line 1 decides/],
    [
      'another user',
      () => ['host replication somebody all reject', 'host replication +pg_monitor all reject'],
      'ok',
      /scram-sha-256$/,
    ],
  ])('is judged as the server does it: %s', async (_what, lines, expected, detail) => {
    await withHba(lines(pair.lab.host('db2').address), async () => {
      const gates = await examine();
      expect(row(gates, 'network-hba-replication')).toMatchObject({
        state: expected,
        detail: { en: expect.stringMatching(detail) },
      });
      // The server itself is the judge of our reading.
      expect(state(gates, 'network-login')).toBe(expected === 'blocking' ? 'blocking' : 'ok');
    });
  });

  it('tells a dropped port from a closed one, and guesses no firewall', async () => {
    const host = pair.lab.host('db1');
    const rules = `table inet filter {
      chain input { type filter hook input priority 0; policy drop; ct state established,related accept; iifname lo accept; tcp dport 22 accept; tcp dport ${host.sshPort} accept; }
    }`;
    await host.require(['nft', '-f', '-'], { as: 'root', input: rules });
    try {
      const gates = await examine();
      expect(row(gates, 'network-port').detail.en).toContain('packets are dropped');
      // Without root there it is not guessed.
      expect(state(gates, 'network-firewall')).toBe('unknown');
      expect(state(gates, 'network-port', 'db1')).toBe('ok');
    } finally {
      await host.require(['nft', 'delete', 'table', 'inet', 'filter'], { as: 'root' });
    }
    await pair.nodes.db2.stop();
    const gates = await examine();
    expect(row(gates, 'network-port', 'db1').detail.en).toContain('nobody listens there');
    expect(state(gates, 'network-port')).toBe('ok');
  });
});
