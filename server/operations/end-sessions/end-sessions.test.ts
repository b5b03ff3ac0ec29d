import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import { CHANGE_INPUT } from '#server/testing/fake-world/fake-change-world.ts';
import { endSessions, type EndSessionsInput, type SessionsWorld } from './end-sessions.ts';

interface World extends SessionsWorld {
  pair: FakePairWorld;
  close(): Promise<void>;
}
const OURS = { pid: 41, startedAt: '1700000000.000001' };
const LATER = { pid: 42, startedAt: '1700000009.000001' };

const subject: MatrixSubject<World, unknown, EndSessionsInput> = {
  operation: endSessions,
  input: {
    pairId: 'pair-1',
    pairName: 'shop',
    node: CHANGE_INPUT.newPrimary,
    // The second pid was given to another session since the list was shown.
    sessions: [OURS, { ...LATER, startedAt: '1700000000.000002' }],
  },
  makeWorld: (clock) => {
    const pair = new FakePairWorld(clock);
    pair.postgres.db1.sessions = [OURS, LATER];
    return { pair, node: { admin: pair.primary.admin }, close: () => Promise.resolve() };
  },
  snapshot: (world) => world.pair.postgres.db1.sessions,
  effects: (world) => world.pair.postgres.db1.effects,
};

describe('end-sessions', () => {
  it('is well formed', () => {
    assertWellFormed(endSessions);
  });

  it('ends the sessions that were shown, never one that got the same pid later', async () => {
    const r = await runCell(subject, null);
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toEqual([LATER]);
  });

  it.each(cellsOf(subject))('ends each once after $fault at $direction $step $point', async (cell) => {
    const r = await runCell(subject, cell);
    if (cell.fault === 'crash') expect(r.after).toEqual([LATER]);
    expect(['succeeded', 'undone', 'needs-attention']).toContain(r.operation.status);
    expect(r.effects['end sessions'] ?? 0).toBeLessThanOrEqual(1);
  });
});
