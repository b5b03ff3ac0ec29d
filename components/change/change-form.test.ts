import { describe, expect, it } from 'vitest';
import type { Assessment } from '#server/domain/assessment.ts';
import { EMPTY_FORM, limitMs, startBlocks, type Circumstances } from './change-form.ts';

const assessment = (o: Partial<Assessment> = {}): Assessment =>
  ({
    kind: 'switchover',
    gates: [],
    plan: {},
    refusal: null,
    diagnosis: null,
    confirmation: { word: null, ticks: [], reasonRequired: false },
    runningOperationId: null,
    ...o,
  }) as Assessment;

const blocks = (a: Partial<Assessment>, now: Partial<Circumstances> = {}) =>
  startBlocks({
    assessment: assessment(a),
    form: EMPTY_FORM,
    connectionLost: false,
    fresh: true,
    wayPending: false,
    certificatesMissing: false,
    ...now,
  }).map((block) => block.code);

const gate = (state: string) => ({ code: state, state }) as Assessment['gates'][number];

describe('the limit of the outage', () => {
  it('reads seconds with a point or a comma', () => {
    expect(limitMs(' 30 ')).toBe(30_000);
    expect(limitMs('2,5')).toBe(2_500);
    expect(limitMs('2.5')).toBe(2_500);
  });
  it('refuses what cannot be promised', () => {
    for (const text of ['', '1', '3601', '-5', '1e9', '30 s', 'NaN']) expect(limitMs(text)).toBeNull();
  });
});

describe('what stands between a person and the start', () => {
  it('is nothing when all is well', () => {
    expect(blocks({})).toEqual([]);
  });
  it('is every condition that is not met or not known', () => {
    expect(blocks({ gates: [gate('blocking'), gate('unknown'), gate('warning'), gate('ok')] })).toEqual([
      'blocking',
      'unknown',
    ]);
  });
  it('is the word unless it matches exactly, after trimming', () => {
    const confirmation = {
      word: { text: 'db2.ber', of: 'new-primary' as const },
      ticks: [],
      reasonRequired: false,
    };
    const typed = (text: string) => blocks({ confirmation }, { form: { ...EMPTY_FORM, typed: text } });
    expect(typed('db2')).toEqual(['word']);
    expect(typed('DB2.ber')).toEqual(['word']);
    expect(typed('  db2.ber\n')).toEqual([]);
  });
  it('is each tick and the reason where they are asked for', () => {
    const tick = { code: 'accept-loss', text: { en: '', de: '' } };
    const confirmation = { word: null, ticks: [tick], reasonRequired: true };
    expect(blocks({ confirmation }, { form: { ...EMPTY_FORM, reason: '  ' } })).toEqual(['reason', 'ticks']);
    expect(
      blocks({ confirmation }, { form: { ...EMPTY_FORM, reason: 'fire', ticks: ['accept-loss'] } }),
    ).toEqual([]);
  });
  it('is an old look or a lost connection for what is planned, never for an emergency', () => {
    expect(blocks({}, { fresh: false })).toEqual(['look-old']);
    expect(blocks({}, { connectionLost: true, fresh: false })).toEqual(['connection-lost']);
    expect(blocks({ kind: 'rejoin' }, { connectionLost: true })).toEqual(['connection-lost']);
    expect(blocks({ kind: 'failover' }, { connectionLost: true, fresh: false })).toEqual([]);
  });
  it('is a diagnosis that forbids the promotion', () => {
    const diagnosis = { class: 'we-are-cut-off', advice: 'refused' } as Assessment['diagnosis'];
    expect(blocks({ kind: 'failover', diagnosis })).toEqual(['refused']);
  });
  it('is another run, a missing plan and a way that is not planned yet', () => {
    expect(blocks({ runningOperationId: 'o1' })).toEqual(['running']);
    expect(blocks({ plan: null })).toEqual(['refused']);
    expect(blocks({ kind: 'rejoin' }, { wayPending: true })).toEqual(['way-pending']);
  });
});
