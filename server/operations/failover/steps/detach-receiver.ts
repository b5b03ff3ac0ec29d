import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import {
  keepSettings,
  keptSettings,
  putSettingsBack,
  removeCopy,
  settingsAreBack,
  storedSettings,
  type KeptSettings,
} from '../../change/steps/kept-settings.ts';
import { within } from '../../pair-world.ts';
import type { FailoverInput } from '../input.ts';
import type { FailoverWorld } from '../world.ts';

const SETTING = 'primary_conninfo';
const kept = (world: FailoverWorld): KeptSettings => keptSettings(world.newPrimary, 'detach', [SETTING]);

/** From here on what was received is final: nothing can arrive between the last look and the promotion. */
export const detachReceiver: MutationStep<FailoverWorld, unknown, FailoverInput> = {
  kind: 'mutation',
  name: 'detach-receiver',
  group: 'outage',
  server: (c) => c.input.newPrimary.serverName,
  // A primary that is proven to be stopped sends nothing any more.
  skip: (input) => input.oldHostReachable,
  explain: (c) =>
    text(
      `Detach ${c.input.newPrimary.serverName} from the old primary: what it has received is final.`,
      `${c.input.newPrimary.serverName} vom alten Primärserver trennen: Was er empfangen hat, ist endgültig.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.newPrimary.serverName,
      statement: `ALTER SYSTEM SET ${SETTING} = ''; SELECT pg_reload_conf();`,
    },
  ],
  expectedMs: () => 80,
  needs: [],
  isDone: async (c) => {
    const [at, stored] = await Promise.all([
      c.world.newPrimary.session.position(within(c)),
      storedSettings(c.world.newPrimary, c),
    ]);
    return at.receiver === null && stored.get(SETTING) === '' ? 'done' : 'not-done';
  },
  remember: async (c) => {
    await keepSettings(c.world.newPrimary, kept(c.world), c);
    return { kept: [SETTING] };
  },
  do: async (c) => {
    const { admin, runtime } = c.world.newPrimary;
    await admin.alterSystem(new Map([[SETTING, '']]), within(c));
    await runtime.reload(within(c));
  },
  undo: {
    explain: () => text('Attach it again.', 'Ihn wieder verbinden.'),
    isDone: async (c) =>
      (await settingsAreBack(c.world.newPrimary, kept(c.world), c)) ? 'done' : 'not-done',
    do: async (c) => {
      const { newPrimary } = c.world;
      await putSettingsBack(newPrimary, kept(c.world), c);
      await newPrimary.runtime.reload(within(c));
      await removeCopy(newPrimary, kept(c.world), c);
    },
  },
  timeouts: { doMs: 15_000, settleMs: 10_000, pollMs: 5 },
  retry: RETRY.transientOnly,
};
