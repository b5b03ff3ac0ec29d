import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import { dataDirectoryOf, type RejoinInput } from '../input.ts';
import type { RejoinObservation } from '../look.ts';

/** pg_rewind wants a target that was shut down cleanly; it would do this itself, unseen and before its dry run. */
export const recoverOld: MutationStep<ChangeWorld, RejoinObservation, RejoinInput> = {
  kind: 'mutation',
  name: 'recover-old',
  group: 'prepares',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way !== 'rewind',
  explain: (c) =>
    text(
      `Crash recovery on ${c.input.oldPrimary.serverName} in single-user mode, if it was not stopped cleanly.`,
      `Wiederherstellung nach Absturz auf ${c.input.oldPrimary.serverName} im Einzelbenutzermodus, falls er nicht sauber angehalten wurde.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: `${c.input.oldPrimary.location.binDirectory}/postgres --single -D ${dataDirectoryOf(c.input)} template1 < /dev/null`,
    },
  ],
  expectedMs: () => 2_000,
  needs: [],
  isDone: async (c) =>
    (await c.world.oldPrimary.runtime.stopState(within(c))) === 'stopped-uncleanly' ? 'not-done' : 'done',
  do: (c) => c.world.oldPrimary.runtime.recover(within(c, 3_600_000)),
  undo: { nothing: text('Any start would have done the same.', 'Jeder Start hätte dasselbe getan.') },
  timeouts: { doMs: 3_600_000, settleMs: 10_000 },
  retry: RETRY.never,
};
