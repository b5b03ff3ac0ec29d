import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { followSettings, other, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';
import {
  keepSettings,
  keptSettings,
  putSettingsBack,
  removeCopy,
  settingsAreBack,
  storedSettings,
  type KeptSettings,
} from './kept-settings.ts';

const NAMES = ['primary_conninfo', 'primary_slot_name'];

/** `primary_conninfo` on a node that runs as primary: without effect until it starts as a standby. */
export function pointAtPartner<O, I extends ChangeInput>(
  name: string,
  on: Pin,
): MutationStep<ChangeWorld, O, I> {
  const kept = (c: ChangeContext<I>): KeptSettings => keptSettings(c.world[on], name, NAMES);
  return {
    kind: 'mutation',
    name,
    group: 'prepares',
    server: (c) => c.input[on].serverName,
    explain: (c) =>
      text(
        `Let ${c.input[on].serverName} follow ${c.input[other(on)].serverName} from its next start as a standby.`,
        `${c.input[on].serverName} ab dem nächsten Start als Standby-Server ${c.input[other(on)].serverName} folgen lassen.`,
      ),
    actions: (c) =>
      [...followSettings(c.input, on)].map(([setting, value]) => ({
        type: 'sql' as const,
        server: c.input[on].serverName,
        statement: `ALTER SYSTEM SET ${setting} = '${value.replaceAll("'", "''")}';`,
      })),
    expectedMs: () => 150,
    needs: [],
    isDone: async (c) => {
      const now = await storedSettings(c.world[on], c);
      return [...followSettings(c.input, on)].every(([k, v]) => now.get(k) === v) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      await keepSettings(c.world[on], kept(c), c);
      return { kept: NAMES };
    },
    do: (c) => c.world[on].admin.alterSystem(followSettings(c.input, on), within(c)),
    undo: {
      explain: () => text('Put the settings back.', 'Die Einstellungen zurücksetzen.'),
      isDone: async (c) => ((await settingsAreBack(c.world[on], kept(c), c)) ? 'done' : 'not-done'),
      do: async (c) => {
        await putSettingsBack(c.world[on], kept(c), c);
        await removeCopy(c.world[on], kept(c), c);
      },
    },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
