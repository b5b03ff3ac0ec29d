import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { fenceIdOf, oweFenceOf } from '../../failover/steps/owe-fence.ts';
import type { ChangeWorld } from '../../change/world.ts';
import type { SwitchoverInput } from '../input.ts';
import { zProof } from './nothing-was-lost.ts';

/**
 * A host that went away during the stop was proven to have ended its writes, but nobody saw that its
 * PostgreSQL is down. Kept as owed until the node follows the new primary, or is fenced.
 */
export const oweIfLost: MutationStep<ChangeWorld, unknown, SwitchoverInput> = {
  kind: 'mutation',
  name: 'owe-fence',
  group: 'takes-over',
  server: () => null,
  explain: (c) =>
    text(
      `Only if ${c.input.oldPrimary.serverName} went away while it stopped: keep its fence as owed until it is back.`,
      `Nur falls ${c.input.oldPrimary.serverName} beim Anhalten verschwand: seine Isolierung als ausstehend vermerken, bis er zurück ist.`,
    ),
  expectedMs: () => 10,
  needs: [],
  isDone: async (c) => {
    const lost = zProof.parse(c.outputOf('nothing-was-lost')).by === 'received-wal';
    return !lost || (await c.world.fences.exists(fenceIdOf(c.input))) ? 'done' : 'not-done';
  },
  do: (c) => oweFenceOf(c, 'the host went away while it stopped; standby.signal was seen on its disk before'),
  undo: { nothing: text('It records what is.', 'Es vermerkt, was ist.') },
  timeouts: { doMs: 10_000, settleMs: 3_000 },
  retry: RETRY.transientOnly,
};
