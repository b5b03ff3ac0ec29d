import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { other, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';

const zRemembered = z.object({ existed: z.boolean() });

/**
 * A slot for the other node, reserving WAL at once (on a standby it holds nothing otherwise) and
 * kept through a promotion. One that was there before is used and never dropped by undo.
 */
export function createSlotFor<O, I extends ChangeInput>(
  name: string,
  on: Pin,
): MutationStep<ChangeWorld, O, I> {
  const exists = async (c: ChangeContext<I>): Promise<boolean> =>
    (await c.world[on].admin.slots(within(c))).some((s) => s.name === c.input.slotName);
  return {
    kind: 'mutation',
    name,
    group: 'prepares',
    server: (c) => c.input[on].serverName,
    explain: (c) =>
      text(
        `Reserve WAL on ${c.input[on].serverName} for ${c.input[other(on)].serverName}: slot ${c.input.slotName}.`,
        `WAL auf ${c.input[on].serverName} für ${c.input[other(on)].serverName} vorhalten: Slot ${c.input.slotName}.`,
      ),
    actions: (c) => [
      {
        type: 'sql',
        server: c.input[on].serverName,
        statement: `SELECT pg_create_physical_replication_slot('${c.input.slotName}', true);`,
      },
    ],
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => ((await exists(c)) ? 'done' : 'not-done'),
    remember: async (c) => ({ existed: await exists(c) }),
    do: (c) => c.world[on].admin.createSlot(c.input.slotName, within(c)),
    undo: {
      explain: () => text('Drop the slot again.', 'Den Slot wieder entfernen.'),
      isDone: async (c, raw) => (zRemembered.parse(raw).existed || !(await exists(c)) ? 'done' : 'not-done'),
      do: (c) => c.world[on].admin.dropSlot(c.input.slotName, within(c)),
    },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

/** The slot for a node that is primary now would hold WAL for ever. */
export function dropStaleSlot<O, I extends ChangeInput>(
  name: string,
  on: Pin,
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name,
    group: 'comes-back',
    server: (c) => c.input[on].serverName,
    explain: (c) =>
      text(
        `Drop the slot ${c.input.slotName} on ${c.input[on].serverName}: nobody reads from it any more.`,
        `Den Slot ${c.input.slotName} auf ${c.input[on].serverName} entfernen: Niemand liest mehr daraus.`,
      ),
    actions: (c) => [
      {
        type: 'sql',
        server: c.input[on].serverName,
        statement: `SELECT pg_drop_replication_slot('${c.input.slotName}');`,
      },
    ],
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => {
      const slot = (await c.world[on].admin.slots(within(c))).find((s) => s.name === c.input.slotName);
      return slot === undefined ? 'done' : 'not-done';
    },
    do: (c) => c.world[on].admin.dropSlot(c.input.slotName, within(c)),
    undo: { nothing: text('The slot is of no use.', 'Der Slot hat keinen Nutzen.') },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
