import { describe, expect, it } from 'vitest';
import { TestClock } from '#server/testing/test-clock.ts';
import { withDeadline } from './deadline.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const open = (): AbortSignal => new AbortController().signal;

describe('a wait with a deadline', () => {
  it('gives the answer that comes in time, and leaves no timer behind', async () => {
    const clock = new TestClock(0);
    const answer = await withDeadline(clock, { ms: 1_000, signal: open(), what: 'it' }, () =>
      Promise.resolve(7),
    );
    expect(answer).toBe(7);
    await clock.sleep(10);
    expect(clock.nowMs()).toBe(10);
  });

  it('ends with DEADLINE_EXCEEDED that names what was waited for, also when the work ignores its signal', async () => {
    const wait = withDeadline(new TestClock(), { ms: 1_000, signal: open(), what: 'the copy' }, never);
    await expect(wait).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'the copy did not end within 1000 ms',
      data: { timeoutMs: 1_000 },
    });
  });

  it('tells the work by its signal that the time is over', async () => {
    let inner: AbortSignal | null = null;
    await withDeadline(new TestClock(), { ms: 5, signal: open(), what: 'it' }, (signal) => {
      inner = signal;
      return never();
    }).catch(() => undefined);
    expect(inner).toMatchObject({ aborted: true, reason: { code: 'DEADLINE_EXCEEDED' } });
  });

  it('ends with the reason of the outer signal', async () => {
    const outer = new AbortController();
    const wait = withDeadline(new TestClock(), { ms: 1_000, signal: outer.signal, what: 'it' }, never);
    const reason = new Error('the worker stops');
    outer.abort(reason);
    await expect(wait).rejects.toBe(reason);
  });

  it('does not begin the work when the outer signal is aborted already', async () => {
    let began = false;
    const signal = AbortSignal.abort(new Error('too late'));
    const wait = withDeadline(new TestClock(), { ms: 1_000, signal, what: 'it' }, () => {
      began = true;
      return never();
    });
    await expect(wait).rejects.toThrow('too late');
    expect(began).toBe(false);
  });

  it('gives the failure of the work itself', async () => {
    const wait = withDeadline(new TestClock(), { ms: 1_000, signal: open(), what: 'it' }, () =>
      Promise.reject(new Error('broken')),
    );
    await expect(wait).rejects.toThrow('broken');
  });
});
