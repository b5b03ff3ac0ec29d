import { describe, expect, it } from 'vitest';
import { OPERATION_STATUSES, type OperationStatus } from './operation-view.ts';
import { isTerminal, mayMove, TRANSITIONS } from './status-transitions.ts';

function reachableFrom(start: OperationStatus): Set<OperationStatus> {
  const found = new Set<OperationStatus>([start]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const { from, to } of TRANSITIONS) if (found.has(from)) found.add(to);
  }
  return found;
}

describe('the status machine', () => {
  it('reaches every status from queued', () => {
    expect([...reachableFrom('queued')].sort()).toEqual([...OPERATION_STATUSES].sort());
  });

  it.each(OPERATION_STATUSES.filter((s) => !isTerminal(s)))('leads from %s to an end', (status) => {
    expect([...reachableFrom(status)].some(isTerminal)).toBe(true);
  });

  it.each(OPERATION_STATUSES.filter(isTerminal))('never leaves %s', (status) => {
    expect(TRANSITIONS.filter((t) => t.from === status)).toEqual([]);
  });

  it('never goes forward again once it undoes, but through a person', () => {
    expect(mayMove('undoing', 'running')).toBe(false);
    expect(mayMove('undoing', 'succeeded')).toBe(false);
    expect(mayMove('needs-attention', 'running')).toBe(true);
  });

  it('holds no row twice', () => {
    expect(new Set(TRANSITIONS.map((t) => `${t.from} ${t.to}`)).size).toBe(TRANSITIONS.length);
  });
});
