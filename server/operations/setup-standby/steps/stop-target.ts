import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { text } from '#server/domain/text.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';
import type { SetupInput } from '../input.ts';
import type { SetupObservation } from '../observation.ts';

async function runs(c: SetupContext): Promise<boolean> {
  const state = await c.world.standby.runtime.stopState(within(c));
  return state === 'running' || state === 'writes-ended';
}

/** The empty server that a distribution's package starts where the standby shall live. */
export const stopTarget: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'stop-target',
  group: 'erases',
  server: (c) => c.input.standby.serverName,
  skip: (input) => !input.stopTarget,
  explain: (c) =>
    text(
      `Stop the unused PostgreSQL in ${c.input.standby.location.dataDirectory}; it holds no database but the ones that every new server has.`,
      `Das unbenutzte PostgreSQL in ${c.input.standby.location.dataDirectory} anhalten; es enthält nur die Datenbanken, die jeder neue Server hat.`,
    ),
  actions: (c) => [controlAction(c.input.standby.serverName, c.input.standby.location, 'stop')],
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) => ((await runs(c)) ? 'not-done' : 'done'),
  do: (c) => c.world.standby.runtime.stop({ ...within(c, 60_000), mode: 'fast' }),
  undo: {
    explain: () => text('Start it again.', 'Wieder starten.'),
    isDone: async (c) => ((await runs(c)) ? 'done' : 'not-done'),
    do: (c) => c.world.standby.runtime.start(within(c, 60_000)),
  },
  timeouts: { doMs: 90_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};
