import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeInput } from '../input.ts';
import type { ChangeWorld } from '../world.ts';

/** The inventory follows the world: a new epoch, and the old primary's way back is owed. */
export function recordRoles<O, I extends ChangeInput>(): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'record-roles',
    group: 'takes-over',
    server: () => null,
    explain: (c) =>
      text(
        `Record ${c.input.newPrimary.serverName} as the primary of ${c.input.pairName}.`,
        `${c.input.newPrimary.serverName} als Primärserver von ${c.input.pairName} vermerken.`,
      ),
    expectedMs: () => 20,
    needs: [],
    isDone: async (c) => {
      const { primaryInstanceId } = await c.world.roles.get(c.input.pairId);
      return primaryInstanceId === c.input.newPrimary.instanceId ? 'done' : 'not-done';
    },
    do: (c) =>
      c.world.roles.change({
        pairId: c.input.pairId,
        epoch: c.input.epoch,
        primaryInstanceId: c.input.newPrimary.instanceId,
        mustRejoin: true,
      }),
    undo: { nothing: text('It records what is.', 'Es vermerkt, was ist.') },
    timeouts: { doMs: 15_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

/** The pair is one again. */
export function recordRejoin<O, I extends ChangeInput>(): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'record-standby',
    group: 'comes-back',
    server: () => null,
    explain: (c) =>
      text(
        `Record ${c.input.oldPrimary.serverName} as the standby of ${c.input.pairName}.`,
        `${c.input.oldPrimary.serverName} als Standby-Server von ${c.input.pairName} vermerken.`,
      ),
    expectedMs: () => 20,
    needs: [],
    isDone: async (c) => {
      const { mustRejoinInstanceId, detached } = await c.world.roles.get(c.input.pairId);
      return mustRejoinInstanceId === null && detached === null ? 'done' : 'not-done';
    },
    do: (c) => c.world.roles.rejoined(c.input.pairId),
    undo: { nothing: text('It records what is.', 'Es vermerkt, was ist.') },
    timeouts: { doMs: 15_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
