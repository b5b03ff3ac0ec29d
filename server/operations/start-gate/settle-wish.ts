import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { GATE_POLICIES } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import type { PairWorld } from '../pair-world.ts';

const zBefore = z.object({ wish: z.enum(GATE_POLICIES).nullable() });

/** A gate was wanted when the pair became known; from here on nobody is reminded of it. */
export function settleWish<W extends PairWorld, O, I extends { pairId: string }>(): MutationStep<W, O, I> {
  return {
    kind: 'mutation',
    name: 'settle-gate-wish',
    group: 'proves',
    server: () => null,
    explain: () =>
      text(
        'Record that the question of the start gates is settled.',
        'Vermerken, dass die Frage der Startsperren geklärt ist.',
      ),
    expectedMs: () => 20,
    needs: [],
    isDone: async (c) => ((await c.world.inventory.gateWish(c.input.pairId)) === null ? 'done' : 'not-done'),
    remember: async (c) => ({ wish: await c.world.inventory.gateWish(c.input.pairId) }),
    do: (c) => c.world.inventory.setGateWish(c.input.pairId, null),
    undo: {
      explain: () => text('Remember the wish again.', 'Den Wunsch wieder vermerken.'),
      isDone: async (c, raw) =>
        (await c.world.inventory.gateWish(c.input.pairId)) === zBefore.parse(raw).wish ? 'done' : 'not-done',
      do: (c, raw) => c.world.inventory.setGateWish(c.input.pairId, zBefore.parse(raw).wish),
    },
    timeouts: { doMs: 15_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
