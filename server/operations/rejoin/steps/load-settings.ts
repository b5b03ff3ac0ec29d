import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { followSettings } from '../../change/input.ts';
import { areInForce } from '../../change/steps/alter-settings.ts';
import type { ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { RejoinInput } from '../input.ts';

/**
 * A server that its gate or its fence has brought up read-only runs already and is not restarted: it has not
 * read what was written into its file meanwhile, and would never ask for a stream.
 */
export const loadSettings: MutationStep<ChangeWorld, unknown, RejoinInput> = {
  kind: 'mutation',
  name: 'load-settings',
  group: 'comes-back',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way !== 'start',
  explain: (c) =>
    text(
      `Let ${c.input.oldPrimary.serverName} follow ${c.input.newPrimary.serverName} (reload), if it has been running.`,
      `${c.input.oldPrimary.serverName} ${c.input.newPrimary.serverName} folgen lassen (neu laden), falls er schon lief.`,
    ),
  actions: (c) => [
    { type: 'sql', server: c.input.oldPrimary.serverName, statement: 'SELECT pg_reload_conf();' },
  ],
  expectedMs: () => 150,
  needs: [],
  isDone: async (c) => {
    const wanted = followSettings(c.input, 'oldPrimary');
    return (await areInForce(c.world.oldPrimary, wanted, c)) ? 'done' : 'not-done';
  },
  do: (c) => c.world.oldPrimary.runtime.reload(within(c)),
  undo: { nothing: text('It stays a standby.', 'Er bleibt Standby-Server.') },
  timeouts: { doMs: 15_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};
