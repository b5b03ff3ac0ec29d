import { expect, it } from 'vitest';
import { openHbaRules } from '#server/domain/open-hba-rules.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { decideMend } from './mend.ts';
import { mistakeGates } from './mistake-gates.ts';
import { observeHabits, type Habits, type NodeHabits } from './observe-habits.ts';

const GIB = 1024 ** 3;
const sound = (serverName: string): NodeHabits => ({
  serverName,
  inContainer: false,
  majorVersion: 15,
  checksums: true,
  settings: new Map([
    ['wal_log_hints', { setting: 'off', source: 'default' }],
    ['max_slot_wal_keep_size', { setting: '1024', source: 'configuration file' }],
  ]),
  freeBytes: 10 * GIB,
  heldBackBytes: 0,
  openRules: [],
  admitsReplication: true,
  passwordInConninfo: false,
  primarySlotName: 'by_hand',
  autostart: 'on',
  unreadFiles: [],
  installedMajors: [15],
});
const habits = (
  primary: Partial<NodeHabits> = {},
  standby: Partial<NodeHabits> = {},
  rest: Partial<Habits> = {},
): Habits => ({
  takenAtMs: 0,
  primary: { ...sound('db1'), ...primary },
  standby: { ...sound('db2'), ...standby },
  clientAddresses: [],
  standbys: 1,
  ...rest,
});
const codesOf = (h: Habits) => mistakeGates(h).map((gate) => `${gate.code} ${gate.server ?? '-'}`);
const without = (setting: string, source = 'default') =>
  new Map([
    ['max_slot_wal_keep_size', { setting, source }],
    ['wal_log_hints', { setting: 'off', source }],
  ]);
const limit = (setting: string, source = 'default') =>
  new Map([
    ['max_wal_senders', { setting, source }],
    ['wal_log_hints', { setting: 'on', source }],
  ]);
const OPEN = openHbaRules('host all all 0.0.0.0/0 scram-sha-256\nhost replication r 0.0.0.0/0 scram-sha-256');

it('finds nothing wrong with a sound pair, and would change nothing of it', () => {
  expect(codesOf(habits())).toEqual([]);
  expect(decideMend(habits())).toEqual({
    settings: { primary: {}, standby: {} },
    closeRules: { primary: false, standby: false },
  });
});

it.each<[string, Habits, string[]]>([
  ['rules for everybody', habits({ openRules: OPEN }), ['replication-open-to-everybody db1', 'databases-open-to-everybody db1']],
  ['a password in primary_conninfo', habits({}, { passwordInConninfo: true }), ['password-in-conninfo db2']],
  ['a slot without a limit', habits({ settings: without('-1') }), ['slot-without-limit db1']],
  ['no checksums and no hints', habits({ checksums: false }), ['rewind-impossible db1']],
  ['a conf.d that nobody includes', habits({ unreadFiles: ['/etc/postgresql/conf.d/replication.conf'] }), ['configuration-not-read db1']],
  ['a client of another major', habits({}, { installedMajors: [16] }), ['tools-of-another-major db2']],
  ['no slot', habits({}, { primarySlotName: '' }), ['no-slot db2']],
  ['no rule for the way back', habits({}, { admitsReplication: false }), ['no-way-back db2']],
  ['limits that differ', habits({ settings: limit('5', 'command line') }, { settings: limit('10') }), ['settings-on-command-line db1', 'limits-differ db2']],
  ['restart: always on both sides', habits({ inContainer: true }, { inContainer: true }), ['both-start-by-themselves -']],
])('names %s, with cause and cure', (_, h, codes) => {
  expect(codesOf(h)).toEqual(codes);
  for (const gate of mistakeGates(h)) {
    expect(gate.state).toBe('warning');
    expect(gate.fix?.de).not.toBe('');
  }
}); // prettier-ignore

it('sets what is missing, never what the command line holds', () => {
  const h = habits(
    { checksums: false, settings: without('-1') },
    { checksums: false, settings: without('-1', 'command line') },
  );
  expect(decideMend(h).settings).toEqual({
    primary: { max_slot_wal_keep_size: '5120MB', wal_log_hints: 'on' },
    standby: {},
  });
});

it('sets no limit that would end a slot which is far behind', () => {
  const held = (heldBackBytes: number | null) => habits({ settings: without('-1'), heldBackBytes });
  for (const bytes of [4 * GIB, null]) {
    expect(decideMend(held(bytes)).settings.primary).toEqual({});
    expect(mistakeGates(held(bytes))[0]?.fix?.en).toContain('see to its reader first');
  }
});

it('makes limits equal on the standby alone, and not where its command line holds them', () => {
  const [five, ten] = [limit('5', 'command line'), limit('10')];
  expect(decideMend(habits({ settings: five }, { settings: ten })).settings.standby).toEqual({
    max_wal_senders: '5',
  });
  expect(decideMend(habits({ settings: ten }, { settings: five })).settings.standby).toEqual({});
});

it('leaves rules open while another standby may replicate by them', () => {
  expect(decideMend(habits({ openRules: OPEN })).closeRules.primary).toBe(true);
  expect(decideMend(habits({ openRules: OPEN }, {}, { standbys: 2 })).closeRules.primary).toBe(false);
});

it('looks at both nodes without keeping the password that it finds', async () => {
  const world = new FakePairWorld(new TestClock());
  const { db1, db2 } = world.postgres;
  db2.initialiseStandbyOf(db1, 'by_hand');
  const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };
  const seen = await observeHabits(world, wait);
  expect(seen.primary.serverName).toBe('db1');
  expect(JSON.stringify(seen)).not.toContain('password=');
});
