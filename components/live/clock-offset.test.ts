import { describe, expect, it } from 'vitest';
import { ClockOffset } from './clock-offset.ts';

describe('ClockOffset', () => {
  it('takes the quickest arrival as the difference of the clocks', () => {
    const offset = new ClockOffset();
    offset.tick(1_000, 5_250);
    offset.tick(2_000, 6_030);
    offset.tick(3_000, 7_900);
    expect(offset.ms).toBe(4_030);
  });
  it('does not let replayed ticks make old values look fresh', () => {
    const offset = new ClockOffset();
    offset.http(100_000, 100_400, 100_600);
    offset.tick(40_000, 100_700);
    expect(offset.ms).toBeLessThanOrEqual(1_500);
  });
  it('ignores answers that took too long to tell the time', () => {
    const offset = new ClockOffset();
    offset.http(100_000, 100_000, 109_000);
    expect(offset.ms).toBe(0);
  });
  it('corrects a browser clock that runs behind', () => {
    const offset = new ClockOffset();
    offset.tick(10_000, 4_000);
    expect(offset.ms).toBe(-6_000);
  });
});
