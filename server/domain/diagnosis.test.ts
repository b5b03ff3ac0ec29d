import { describe, expect, it } from 'vitest';
import { primarySample, silentSample, standbySample } from '#server/testing/node-samples.ts';
import { classify, diagnose, DIAGNOSIS_TABLE, startingState, type ClassifyInput } from './diagnosis.ts';
import { EMPTY_TRACK, extendTrack, lagOf } from './lag.ts';
import type { NodeSample } from './node-sample.ts';
import { DIAGNOSIS_CODES, type DiagnosisCode } from './pair-sample.ts';

function look(
  primary: NodeSample,
  standby: NodeSample,
  lag: Partial<ClassifyInput['lag']> = {},
  detachedSinceMs: number | null = null,
) {
  const track = extendTrack(EMPTY_TRACK, primary);
  return classify({
    primary,
    standby,
    lag: { ...lagOf(primary, standby, track), ...lag },
    slotName: null,
    detachedSinceMs,
  });
}

const GIB = 1024 ** 3;
const withoutReceiver = standbySample(undefined, { receiver: null });
const down = silentSample({ hop: 'tcp', hostAnswers: true });
const away = silentSample({ hop: 'ssh' });
const slot = { name: 's', type: 'physical', restartLsn: null, walStatus: null, safeWalBytes: null } as const;

const CASES: [DiagnosisCode, string, NodeSample, NodeSample, Partial<ClassifyInput['lag']>?][] = [
  ['healthy', 'both answer and stream', primarySample(), standbySample()],
  ['primary-down', 'we and the standby lost it, its host answers', down, withoutReceiver],
  ['primary-down', 'we and the standby lost it, host included', away, withoutReceiver],
  ['primary-not-answering', 'its host answers, the standby still streams', down, standbySample()],
  ['primary-unreachable-by-us', 'only we do not reach it', away, standbySample()],
  ['standby-down', 'its host answers', primarySample(), down],
  ['standby-unreachable', 'its host does not answer', primarySample(), away],
  ['both-unreachable', 'nobody answers', away, down],
  ['two-primaries', 'both accept writes', primarySample(), primarySample()],
  ['no-primary', 'both are in recovery', standbySample(), standbySample()],
  ['no-primary', 'the primary is read-only and nobody sees the standby', standbySample(), away],
  ['roles-swapped', 'each has the other role', standbySample(), primarySample()],
  ['roles-swapped', 'the standby was promoted, the primary is away', away, primarySample()],
  ['wrong-system', 'system identifiers differ', primarySample(), standbySample('0/0', { systemIdentifier: '1' })],
  ['timeline-diverged', 'the standby is on a newer timeline', primarySample(), standbySample('0/0', { timeline: 2 })],
  ['replay-paused', 'somebody paused replay', primarySample(), standbySample('0/0', { replayPaused: true })],
  ['standby-not-streaming', 'the receiver is gone', primarySample(), withoutReceiver],
  ['standby-not-streaming', 'the receiver claims to stream, the sender is gone', primarySample('0/0', { senders: [] }), standbySample()],
  ['standby-not-streaming', 'replay is paused, but that is not why nothing comes', primarySample(), standbySample('0/0', { receiver: null, replayPaused: true })],
  ['lagging', 'it is too far behind', primarySample(), standbySample(), { seconds: 31 }],
  ['slot-holding-wal', 'a slot of nobody holds much WAL', primarySample('0/0', { slots: [{ ...slot, active: false, retainedBytes: 5 * GIB }] }), standbySample('0/0')],
  ['healthy', 'a slot in use holds much WAL', primarySample('0/0', { slots: [{ ...slot, active: true, retainedBytes: 5 * GIB }] }), standbySample('0/0')],
  ['host-key-changed', 'whatever else is true', silentSample({ hop: 'host-key' }), away],
]; // prettier-ignore

describe('what one look says', () => {
  it.each(CASES)('is %s when %s', (code, _when, primary, standby, lag) => {
    const found = look(primary, standby, lag);
    expect(found.code).toBe(code);
    expect(found.evidence.length).toBeGreaterThan(0);
  });

  it('can be every code of the closed list, but for the one before the first look', () => {
    const covered = new Set(CASES.map(([code]) => code));
    const others = ['starting', 'standby-detached'];
    expect(DIAGNOSIS_CODES.filter((c) => !covered.has(c))).toEqual(others);
  });

  const DETACHED: [DiagnosisCode, string, NodeSample, NodeSample][] = [
    ['standby-detached', 'the standby is stopped', primarySample(), down],
    ['standby-detached', 'its host is away', primarySample(), away],
    ['standby-detached', 'somebody started it, read-only', primarySample(), withoutReceiver],
    ['two-primaries', 'it accepts writes all the same', primarySample(), primarySample()],
    ['both-unreachable', 'we do not reach the primary, and nobody else can tell', away, down],
    ['primary-down', 'the host of the primary answers', down, down],
  ];
  it.each(DETACHED)('is %s for a detached pair when %s', (code, _when, primary, standby) => {
    expect(look(primary, standby, {}, 1_000).code).toBe(code);
  });

  it('never says "down" on our word alone: the standby must have lost the primary too', () => {
    for (const primary of [down, away, silentSample({ hop: 'timeout', hostAnswers: true })])
      expect(look(primary, standbySample()).code).not.toBe('primary-down');
  });
});

describe('a link that was cut while both ends still claim to stream', () => {
  const [sender = expect.fail()] = primarySample().senders;
  const { receiver } = standbySample();
  const looking = (o: { replyAgeMs: number; messageAgeMs: number; seconds: number; bytes: number }) =>
    look(
      primarySample('0/0', { senders: [{ ...sender, replyAgeMs: o.replyAgeMs }] }),
      standbySample('0/0', { receiver: receiver && { ...receiver, lastMessageAgeMs: o.messageAgeMs } }),
      { seconds: o.seconds, notReceivedBytes: o.bytes },
    ).code;
  const cut = { replyAgeMs: 3_000, messageAgeMs: 3_000, seconds: 3, bytes: 100 };

  it('shows as soon as there is something to send and both were silent for a while', () => {
    expect(looking(cut)).toBe('standby-not-streaming');
  });

  it.each([
    ['nothing is to be sent: silence is normal', { bytes: 0, seconds: 0 }],
    ['what is to be sent is new', { seconds: 1 }],
    ['the receiver hears of the primary', { messageAgeMs: 100 }],
    ['the primary hears of the standby', { replyAgeMs: 100 }],
  ])('is not claimed when %s', (_why, change) => {
    expect(looking({ ...cut, ...change })).toBe('healthy');
  });
});

/** The diagnosis after each of a row of looks. */
function over(codes: readonly DiagnosisCode[], from: DiagnosisCode = 'healthy'): DiagnosisCode[] {
  let state = diagnose(startingState(0), { code: from, evidence: [] }, 0);
  return codes.map((code, i) => {
    state = diagnose(state, { code, evidence: [] }, (i + 1) * 1_000);
    return state.current.code;
  });
}

describe('the diagnosis over time', () => {
  it('is the first look when there was none before', () => {
    const state = diagnose(startingState(0), { code: 'primary-down', evidence: [] }, 5);
    expect(state.current).toMatchObject({ code: 'primary-down', severity: 'critical', sinceMs: 5 });
  });

  it.each(DIAGNOSIS_CODES.filter((c) => c !== 'healthy'))('becomes %s after exactly as many equal looks as its row says', (code) => {
    const { enterTicks } = DIAGNOSIS_TABLE[code];
    const codes = over(Array.from({ length: enterTicks }, () => code));
    expect(codes.slice(0, -1)).toEqual(codes.slice(0, -1).map(() => 'healthy'));
    expect(codes.at(-1)).toBe(code);
  }); // prettier-ignore

  it('does not flap: a state that shows every other look never becomes the diagnosis', () => {
    const flapping = Array.from({ length: 20 }, (_, i): DiagnosisCode =>
      i % 2 === 0 ? 'primary-down' : 'healthy',
    );
    expect(new Set(over(flapping))).toEqual(new Set(['healthy']));
  });

  it('shows two writable servers at once', () => {
    expect(over(['two-primaries'])).toEqual(['two-primaries']);
  });

  it('keeps since when it is true, while its evidence stays new', () => {
    let state = diagnose(startingState(0), { code: 'lagging', evidence: [] }, 1_000);
    const evidence = [{ code: 'lag', node: 'standby' as const, values: { seconds: 40 } }];
    state = diagnose(state, { code: 'lagging', evidence }, 9_000);
    expect(state.current).toMatchObject({ sinceMs: 1_000, evidence });
  });

  it('shows what makes a pair unusable within 2 looks, so within 5 s of polls a second apart', () => {
    for (const [code, row] of Object.entries(DIAGNOSIS_TABLE)) {
      if (row.severity === 'critical' || row.severity === 'high')
        expect([code, row.enterTicks <= 2]).toEqual([code, true]);
    }
  });
});
