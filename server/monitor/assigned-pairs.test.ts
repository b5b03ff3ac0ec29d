import { describe, expect, it } from 'vitest';
import { isAssigned } from './assigned-pairs.ts';

const pairs = Array.from({ length: 300 }, (_, n) => `pair-${n}`);
const ownersOf = (workers: readonly string[]): Map<string, string[]> =>
  new Map(pairs.map((pair) => [pair, workers.filter((w) => isAssigned(pair, workers, w))]));

describe('the owner of a pair', () => {
  it('is exactly one of the live workers, whatever the order in which they are listed', () => {
    const forward = ownersOf(['a', 'b', 'c']);
    expect([...forward.values()].every((owners) => owners.length === 1)).toBe(true);
    expect(ownersOf(['c', 'a', 'b'])).toEqual(forward);
  });

  it('is the worker itself when it knows of no other, also before its own heartbeat is seen', () => {
    expect(pairs.every((pair) => isAssigned(pair, [], 'a') && isAssigned(pair, ['a'], 'a'))).toBe(true);
  });

  it('changes only for the pairs of a worker that dies', () => {
    const before = ownersOf(['a', 'b', 'c']);
    for (const [pair, [owner]] of ownersOf(['a', 'c'])) {
      const [was] = before.get(pair) ?? [];
      if (was !== 'b') expect(owner).toBe(was);
    }
  });

  it('is spread: no worker of three has more than half of the pairs', () => {
    const counts = new Map<string, number>();
    for (const [owner = ''] of ownersOf(['a', 'b', 'c']).values())
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBeLessThan(pairs.length / 2);
  });
});
