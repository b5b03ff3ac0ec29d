import { describe, expect, it } from 'vitest';
import type { Json, StoredAttempt, StoredOperation } from '#server/ports/operation-store.ts';
import { changeOf, outageOf } from './change-facts.ts';

const attempt = (o: Partial<StoredAttempt>): StoredAttempt => ({
  id: '1',
  stepName: 'stop-old',
  direction: 'forward',
  attempt: 1,
  status: 'done',
  startedAtMs: 1,
  finishedAtMs: 90,
  remembered: { stopAskedAtMs: 10 },
  progress: null,
  output: null,
  problem: null,
  ...o,
});
const run = (attempts: StoredAttempt[], o: Partial<StoredOperation> = {}): StoredOperation =>
  ({ kind: 'switchover', input: {}, attempts, ...o }) as StoredOperation;

const stopped = attempt({ output: { lastWriteAtMs: 12 } });

describe('the outage of a run', () => {
  it('has none before the stop was asked for', () => {
    expect(outageOf(run([]))).toBeNull();
    expect(outageOf(run([attempt({ remembered: null, status: 'started' })]))).toBeNull();
  });
  it('counts from the last write that was seen', () => {
    expect(outageOf(run([stopped]))).toEqual({ startedAtMs: 12, since: 'last-write', endedAtMs: null });
  });
  it('counts from the request to stop when the watching worker was lost', () => {
    expect(outageOf(run([attempt({ output: { lastWriteAtMs: null } })]))).toEqual({
      startedAtMs: 10,
      since: 'stop-request',
      endedAtMs: null,
    });
  });
  it('ends with the first write on the new primary', () => {
    const promoted = attempt({ stepName: 'promote-new', remembered: null, output: { firstWriteAtMs: 222 } });
    expect(outageOf(run([stopped, promoted]))).toEqual({
      startedAtMs: 12,
      since: 'last-write',
      endedAtMs: 222,
    });
  });
  it('counts an emergency from its confirmation', () => {
    const promoted = attempt({ stepName: 'promote-new', remembered: null, output: { firstWriteAtMs: 222 } });
    expect(outageOf(run([promoted], { kind: 'failover', createdAtMs: 7 }))).toEqual({
      startedAtMs: 7,
      since: 'confirmation',
      endedAtMs: 222,
    });
  });
  it('ends with the return of the old primary when the stop was undone', () => {
    const back = attempt({ direction: 'undo', remembered: null, finishedAtMs: 400 });
    expect(outageOf(run([stopped, back]))).toEqual({ startedAtMs: 12, since: 'last-write', endedAtMs: 400 });
    const failed = { ...back, status: 'failed' as const };
    expect(outageOf(run([stopped, failed]))).toEqual({
      startedAtMs: 12,
      since: 'last-write',
      endedAtMs: null,
    });
  });
});

describe('the servers of a change of roles', () => {
  const input = { oldPrimary: { serverName: 'db1' }, newPrimary: { serverName: 'db2' }, reason: 'kernel' };
  it('names them as they are pinned, with the reason', () => {
    expect(changeOf(run([], { input }))).toEqual({
      oldPrimary: 'db1',
      newPrimary: 'db2',
      reason: 'kernel',
      loss: null,
    });
  });
  it('keeps the loss that was shown before an emergency', () => {
    const none = { value: null, atMost: null, confidence: 'unknown' };
    const loss = {
      bytes: none,
      transactions: none,
      seconds: none,
      guaranteedZero: false,
      basis: { en: 'b', de: 'b' },
    };
    const withLoss = JSON.parse(JSON.stringify({ ...input, loss })) as Json;
    expect(changeOf(run([], { kind: 'failover', input: withLoss }))?.loss).toEqual(loss);
    expect(changeOf(run([], { kind: 'failover', input: { ...input, loss: 'old form' } }))?.loss).toBeNull();
  });
  it('has none for other kinds of runs', () => {
    expect(changeOf(run([], { kind: 'probe-host', input }))).toBeNull();
  });
});
