import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import { AppError } from '#server/errors/app-error.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { removeServer, type RemoveServerInput, type RemoveServerWorld } from './remove-server.ts';

const CELLS_AT_LEAST = 27;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOurs tandem@db1';
const INPUT: RemoveServerInput = {
  serverId: 's1',
  serverName: 'db1',
  user: 'dba',
  publicKey: KEY,
  takeKey: true,
};

interface Facts {
  lines: string[];
  known: boolean;
  neededBy: string | null;
  refused: boolean;
}
type World = RemoveServerWorld & { facts: Facts; close(): Promise<void> };

function subject(
  input: Partial<RemoveServerInput> = {},
  facts: Partial<Facts> = {},
): MatrixSubject<World, unknown, RemoveServerInput> {
  return {
    operation: removeServer as never,
    input: { ...INPUT, ...input },
    makeWorld: (clock) =>
      worldOf({ lines: ['theirs', KEY], known: true, neededBy: null, refused: false, ...facts }, clock),
    snapshot: ({ facts: { lines, known } }) => ({ lines: [...lines].sort(), known }),
    effects: () => ({}),
  };
}

function worldOf(facts: Facts, clock: World['clock']): World {
  return {
    facts,
    clock,
    neededBy: async () => facts.neededBy,
    hasKey: async () => {
      if (facts.refused) throw new AppError('SSH_LOGIN_REFUSED', { message: 'refused' });
      return facts.lines.includes(KEY);
    },
    takeKey: async () => void (facts.lines = facts.lines.filter((line) => line !== KEY)),
    putKeyBack: async () => void facts.lines.push(KEY),
    exists: async () => facts.known,
    forget: async () => void (facts.known = false),
    close: () => Promise.resolve(),
  };
}

describe('remove-server', () => {
  it('is well formed', () => {
    assertWellFormed(removeServer);
  });

  it('takes its own key away, leaves all others, and forgets the server', async () => {
    const { operation, after } = await runCell(subject(), null);
    expect(operation.status).toBe('succeeded');
    expect(after).toEqual({ lines: ['theirs'], known: false });
  });

  it('changes nothing on the server when the key is to stay', async () => {
    const { after } = await runCell(subject({ takeKey: false }), null);
    expect(after).toEqual({ lines: [KEY, 'theirs'], known: false });
  });

  it('refuses while something needs the server, and changes nothing', async () => {
    const { operation, before, after } = await runCell(
      subject({}, { neededBy: 'the pair shop uses it' }),
      null,
    );
    expect(operation.problem).toMatchObject({ code: 'GATE_FAILED' });
    expect(after).toEqual(before);
  });

  it('goes on when a person has taken the key away already', async () => {
    const { operation, after } = await runCell(subject({}, { refused: true, lines: ['theirs'] }), null);
    expect(operation.status).toBe('succeeded');
    expect(after).toMatchObject({ known: false });
  });

  const cells = cellsOf(subject());
  it(`has at least ${CELLS_AT_LEAST} cells of crash, cancel and failure`, () => {
    expect(cells.length).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it.each(cells)('ends removed or untouched: $fault of $step $direction at $point', async (cell) => {
    const { operation, before, after } = await runCell(subject(), cell);
    if (operation.status === 'succeeded') expect(after).toEqual({ lines: ['theirs'], known: false });
    else expect(after).toEqual(before);
  });
});
