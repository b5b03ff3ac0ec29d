import { describe, expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { LastKnown } from './last-known.ts';

/** A table with one row that may be changed, or be out of reach. */
function tableWith(value: string) {
  const clock = new TestClock();
  const table = { row: () => Promise.resolve(value), reads: 0 };
  const rows = new LastKnown<string>(
    () => {
      table.reads += 1;
      return table.row();
    },
    clock,
    2_000,
  );
  return { clock, table, rows };
}

describe('what was last known of a row', () => {
  it('is read once, however many ask at the same time and within the time to renew it', async () => {
    const { table, rows } = tableWith('a');
    expect(await Promise.all([rows.get('x'), rows.get('x')])).toEqual(['a', 'a']);
    await rows.get('x');
    expect(table.reads).toBe(1);
  });

  it('is given at once while it is read anew, and the next one gets what was read', async () => {
    const { clock, table, rows } = tableWith('a');
    await rows.get('x');
    await clock.sleep(2_000);
    const slow = Promise.withResolvers<string>();
    table.row = () => slow.promise;
    expect(await rows.get('x')).toBe('a');
    slow.resolve('b');
    await clock.sleep(1);
    expect(await rows.get('x')).toBe('b');
  });

  it('stays what it was while the control database is away', async () => {
    const { clock, table, rows } = tableWith('a');
    await rows.get('x');
    table.row = () => Promise.reject(new Error('connection refused'));
    for (let n = 0; n < 3; n += 1) {
      await clock.sleep(2_000);
      expect(await rows.get('x')).toBe('a');
    }
  });

  it('is forgotten when the row is gone', async () => {
    const { clock, table, rows } = tableWith('a');
    await rows.get('x');
    table.row = () => Promise.reject(new AppError('NOT_FOUND', { message: 'gone' }));
    await clock.sleep(2_000);
    await rows.get('x');
    await clock.sleep(1);
    await expect(rows.get('x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is what somebody else has just read', async () => {
    const { rows } = tableWith('a');
    await rows.get('x');
    rows.put('x', 'approved');
    expect(await rows.get('x')).toBe('approved');
  });
});
