import * as z from 'zod';
import { RETRY, type MutationStep, type UndoPart } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { followSettings, signalPath, type ChangeInput } from '../input.ts';
import type { ChangeWorld } from '../world.ts';
import {
  keepSettings,
  keptSettings,
  putSettingsBack,
  removeCopy,
  settingsAreBack,
  storedSettings,
  writeSettings,
  type KeptSettings,
} from './kept-settings.ts';
import { isSigned } from './is-signed.ts';

const zRemembered = z.object({ signed: z.boolean() });
const kept = (world: ChangeWorld): KeptSettings =>
  keptSettings(world.oldPrimary, 'fence', ['primary_conninfo', 'primary_slot_name']);

/** First rung: the old primary's own directory says standby, so every start of it, by anyone, is read-only. */
export function fenceDirectory<O, I extends ChangeInput>(
  skip: (input: I) => boolean,
  undo: 'taken-away' | 'stays',
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'fence-directory',
    group: 'prepares',
    server: (c) => c.input.oldPrimary.serverName,
    skip,
    explain: (c) =>
      text(
        `Fence ${c.input.oldPrimary.serverName}: standby.signal and primary_conninfo, so that every start of it is read-only.`,
        `${c.input.oldPrimary.serverName} isolieren: standby.signal und primary_conninfo, damit jeder Start nur lesend ist.`,
      ),
    actions: (c) => [
      {
        type: 'file',
        server: c.input.oldPrimary.serverName,
        path: signalPath(c.input, 'oldPrimary'),
        before: null,
        after: '',
        mode: '0600',
      },
    ],
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => {
      const [signed, now] = await Promise.all([
        isSigned(c, 'oldPrimary'),
        storedSettings(c.world.oldPrimary, c),
      ]);
      if (!signed) return 'not-done';
      const wanted = followSettings(c.input, 'oldPrimary');
      return [...wanted].every(([k, v]) => now.get(k) === v) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      const [signed] = await Promise.all([
        isSigned(c, 'oldPrimary'),
        undo === 'taken-away' ? keepSettings(c.world.oldPrimary, kept(c.world), c) : undefined,
      ]);
      return { signed };
    },
    do: async (c) => {
      // The signal alone makes a start read-only; the settings are for its life as a standby.
      const { oldPrimary } = c.world;
      await Promise.all([
        oldPrimary.files.write(signalPath(c.input, 'oldPrimary'), Buffer.alloc(0), { ...c, mode: 0o600 }),
        writeSettings(oldPrimary, followSettings(c.input, 'oldPrimary'), c),
      ]);
    },
    undo: undo === 'stays' ? { nothing: STAYS_FENCED } : takenAway(),
    timeouts: { doMs: 10_000, settleMs: 3_000, pollMs: 20 },
    retry: RETRY.never,
  };
}

const STAYS_FENCED = text(
  'The fence stays: the other node is the primary.',
  'Die Isolierung bleibt: Der andere Knoten ist der Primärserver.',
);

function takenAway<I extends ChangeInput>(): UndoPart<ChangeWorld, I> {
  return {
    explain: () => text('Take the fence away again.', 'Die Isolierung wieder entfernen.'),
    isDone: async (c, raw) => {
      if (!zRemembered.parse(raw).signed && (await isSigned(c, 'oldPrimary'))) return 'not-done';
      return (await settingsAreBack(c.world.oldPrimary, kept(c.world), c)) ? 'done' : 'not-done';
    },
    do: async (c, raw) => {
      const { oldPrimary } = c.world;
      await putSettingsBack(oldPrimary, kept(c.world), c);
      if (!zRemembered.parse(raw).signed)
        await oldPrimary.files.removeFile(signalPath(c.input, 'oldPrimary'), c);
      await removeCopy(oldPrimary, kept(c.world), c);
    },
  };
}
