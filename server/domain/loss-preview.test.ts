import { describe, expect, it } from 'vitest';
import { requireLsn } from './lsn.ts';
import { previewLoss, type LastPrimary } from './loss-preview.ts';

const LAST: LastPrimary = {
  atMs: 100_000,
  epoch: 1,
  flushLsn: requireLsn('0/3000000'),
  walBytesPerSecond: 1_000,
  commitsPerSecond: 10,
  synchronous: false,
  unwatchedMs: 0,
};

describe('the loss preview', () => {
  it('is unknown, never 0, when the primary was never seen', () => {
    const loss = previewLoss(null, requireLsn('0/3000000'), 0);
    expect(loss.bytes).toEqual({ value: null, atMost: null, confidence: 'unknown' });
    expect(loss.transactions.value).toBeNull();
    expect(loss.guaranteedZero).toBe(false);
  });

  it('never bounds a loss by 0 while the primary could have written in silence', () => {
    const loss = previewLoss(LAST, LAST.flushLsn, LAST.atMs + 200);
    expect(loss.bytes).toEqual({ value: 0, atMost: 1_000, confidence: 'estimated' });
    expect(loss.transactions.atMost).toBe(10);
  });

  it('grows with the silence and with what was not received', () => {
    const loss = previewLoss(LAST, requireLsn('0/2FFF000'), LAST.atMs + 38_000);
    expect(loss.bytes).toEqual({ value: 4_096, atMost: 4_096 + 38_000, confidence: 'estimated' });
    expect(loss.seconds).toEqual({ value: 38, atMost: 38, confidence: 'measured' });
  });

  it('is unknown in bytes without a rate, although the known part is shown', () => {
    const loss = previewLoss({ ...LAST, walBytesPerSecond: null }, requireLsn('0/2FFF000'), LAST.atMs);
    expect(loss.bytes).toMatchObject({ value: 4_096, atMost: null, confidence: 'unknown' });
  });

  it('holds across a short gap in the watch, counting it as silence', () => {
    const last = { ...LAST, unwatchedMs: 8_000 };
    const loss = previewLoss(last, LAST.flushLsn, LAST.atMs + 10_000);
    expect(loss.bytes.atMost).toBe(10_000);
    expect(loss.transactions.atMost).toBe(100);
  });

  it('promises and bounds nothing when nobody watched for a long time', () => {
    const last = { ...LAST, synchronous: true, unwatchedMs: 600_000 };
    const loss = previewLoss(last, LAST.flushLsn, LAST.atMs + 610_000);
    expect(loss.guaranteedZero).toBe(false);
    expect(loss.bytes).toEqual({ value: null, atMost: null, confidence: 'unknown' });
    expect(loss.transactions).toEqual({ value: null, atMost: null, confidence: 'unknown' });
    expect(previewLoss(last, requireLsn('0/2FFF000'), LAST.atMs).bytes).toEqual({
      value: 4_096,
      atMost: null,
      confidence: 'estimated',
    });
  });

  it('promises every acknowledged commit of a standby that was synchronous when last seen', () => {
    const loss = previewLoss({ ...LAST, synchronous: true }, LAST.flushLsn, LAST.atMs + 5_000);
    expect(loss).toMatchObject({ guaranteedZero: true, transactions: { atMost: 0 } });
  });
});
