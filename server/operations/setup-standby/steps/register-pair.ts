import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { NewPair } from '#server/ports/inventory.ts';
import type { PairWorld } from '../../pair-world.ts';

/** From here the pair is watched; `pairOf` says how the inventory keeps it. */
export function registerPair<Observation, Input extends { pairId: string; pairName: string }>(
  pairOf: (input: Input) => NewPair,
): MutationStep<PairWorld, Observation, Input> {
  return {
    kind: 'mutation',
    name: 'register-pair',
    group: 'proves',
    server: () => null,
    explain: (c) =>
      text(
        `Watch the pair ${c.input.pairName} from now on.`,
        `Das Serverpaar ${c.input.pairName} ab jetzt überwachen.`,
      ),
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => ((await c.world.inventory.exists(c.input.pairId)) ? 'done' : 'not-done'),
    do: (c) => c.world.inventory.register(pairOf(c.input)),
    undo: {
      explain: () => text('Stop watching the pair.', 'Das Serverpaar nicht mehr überwachen.'),
      isDone: async (c) => ((await c.world.inventory.exists(c.input.pairId)) ? 'not-done' : 'done'),
      do: (c) => c.world.inventory.remove(c.input.pairId),
    },
    timeouts: { doMs: 15_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
