import { RETRY, type MutationStep, type WaitStep } from '#server/engine/define-operation.ts';
import { formatConninfo } from '#server/domain/conninfo.ts';
import { text } from '#server/domain/text.ts';
import type { AdoptObservation } from '../adopt-pair/observation.ts';
import {
  keepSettings,
  keptSettings,
  putSettingsBack,
  removeCopy,
  settingsAreBack,
  storedSettings,
  type KeptSettings,
} from '../change/steps/kept-settings.ts';
import { standbyConninfo } from '../setup-standby/input.ts';
import { within, type PairWorld } from '../pair-world.ts';
import type { PrepareInput } from './input.ts';

const NAMES = ['primary_conninfo', 'primary_slot_name'];
const kept = (world: PairWorld): KeptSettings => keptSettings(world.standby, 'prepare', NAMES);

const wanted = (input: PrepareInput): Map<string, string> =>
  new Map([
    ['primary_conninfo', formatConninfo(standbyConninfo(input))],
    ['primary_slot_name', input.slotName],
  ]);

/** The standby streams with our role, its passfile and the slot; the receiver reconnects by a reload. */
export const followWithSlot: MutationStep<PairWorld, AdoptObservation, PrepareInput> = {
  kind: 'mutation',
  name: 'follow-with-slot',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: (c) =>
    text(
      `Let ${c.input.standby.serverName} replicate with the new role and the slot: the receiver reconnects once.`,
      `${c.input.standby.serverName} mit der neuen Rolle und dem Slot replizieren lassen: Der Empfänger verbindet sich einmal neu.`,
    ),
  actions: (c) =>
    [...wanted(c.input)].map(([name, value]) => ({
      type: 'sql' as const,
      server: c.input.standby.serverName,
      statement: `ALTER SYSTEM SET ${name} = '${value.replaceAll("'", "''")}'; SELECT pg_reload_conf();`,
    })),
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) => {
    const now = await storedSettings(c.world.standby, c);
    return [...wanted(c.input)].every(([k, v]) => now.get(k) === v) ? 'done' : 'not-done';
  },
  remember: async (c) => {
    await keepSettings(c.world.standby, kept(c.world), c);
    return { kept: NAMES };
  },
  do: async (c) => {
    await c.world.standby.admin.alterSystem(wanted(c.input), within(c));
    await c.world.standby.runtime.reload(within(c));
  },
  undo: {
    explain: () => text('Let it replicate as before.', 'Ihn wie zuvor replizieren lassen.'),
    isDone: async (c) => ((await settingsAreBack(c.world.standby, kept(c.world), c)) ? 'done' : 'not-done'),
    do: async (c) => {
      await putSettingsBack(c.world.standby, kept(c.world), c);
      await c.world.standby.runtime.reload(within(c));
      await removeCopy(c.world.standby, kept(c.world), c);
    },
  },
  timeouts: { doMs: 20_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

export const waitForSlot: WaitStep<PairWorld, PrepareInput> = {
  kind: 'wait',
  name: 'wait-streaming',
  group: 'proves',
  server: (c) => c.input.primary.serverName,
  explain: (c) =>
    text(
      `Wait until ${c.input.standby.serverName} streams through the slot ${c.input.slotName}.`,
      `Warten, bis ${c.input.standby.serverName} über den Slot ${c.input.slotName} repliziert.`,
    ),
  expectedMs: () => 1_000,
  isDone: async (c) => {
    const { admin } = c.world.primary;
    const senders = await admin.senders(within(c));
    return senders.some((s) => s.applicationName === c.input.slotName && s.state === 'streaming')
      ? 'done'
      : 'not-done';
  },
  timeouts: { settleMs: 60_000, pollMs: 200 },
};
