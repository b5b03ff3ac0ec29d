import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { RemoveInput } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveWorld } from '../world.ts';

/** Last of all: every look at a container's files needs its helper. */
export const removeHelper = (
  side: 'primary' | 'standby',
): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> => ({
  kind: 'mutation',
  name: `remove-helper-${side}`,
  group: 'forgets',
  server: (c) => c.input[side].serverName,
  skip: (input) => input.keep === 'all' || input[side].location.kind !== 'docker',
  explain: (c) =>
    text(
      `Remove Tandem's helper container on ${c.input[side].serverName}. Its volume stays while files of yours lie in it.`,
      `Tandems Hilfscontainer auf ${c.input[side].serverName} entfernen. Sein Volume bleibt, solange Dateien von Ihnen darin liegen.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input[side].serverName,
      runAs: 'root',
      line: `docker rm -f tandem-tools-${c.input[side].location.name ?? ''}`,
    },
  ],
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) => {
    const { helper } = c.world[side].runtime;
    return helper === null || !(await helper.exists(within(c))) ? 'done' : 'not-done';
  },
  do: async (c) => c.world[side].runtime.helper?.remove(within(c, 60_000)),
  undo: { nothing: text('The next look makes it again.', 'Der nächste Blick legt ihn wieder an.') },
  timeouts: { doMs: 90_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
});
