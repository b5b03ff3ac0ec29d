import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupInput } from '../input.ts';
import type { SetupObservation } from '../observation.ts';

/** A container that was made for the standby is held until a standby lives in it: an empty one must not start. */
export const returnPolicy: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'return-restart-policy',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  skip: (input) => input.standby.location.kind !== 'docker',
  explain: (c) =>
    text(
      `Give the container ${c.input.standby.location.name ?? ''} its restart policy back, where Tandem holds it.`,
      `Dem Container ${c.input.standby.location.name ?? ''} seine Neustart-Richtlinie zurückgeben, wo Tandem sie zurückhält.`,
    ),
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) =>
    (await c.world.standby.runtime.autostart(within(c))) === 'taken' ? 'not-done' : 'done',
  remember: async (c) => ({ autostart: await c.world.standby.runtime.autostart(within(c)) }),
  do: (c) => c.world.standby.runtime.setAutostart(true, within(c)),
  undo: {
    explain: () => text('Hold it again.', 'Sie wieder zurückhalten.'),
    isDone: async (c, remembered) =>
      JSON.stringify(remembered) !== JSON.stringify({ autostart: 'taken' }) ||
      (await c.world.standby.runtime.autostart(within(c))) === 'taken'
        ? 'done'
        : 'not-done',
    do: (c) => c.world.standby.runtime.setAutostart(false, within(c)),
  },
  timeouts: { doMs: 30_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
