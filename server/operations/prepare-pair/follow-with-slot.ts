import type { WaitStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { AdoptObservation } from '../adopt-pair/observation.ts';
import { alterSettings } from '../change/steps/alter-settings.ts';
import { standbyConninfo } from '../setup-standby/input.ts';
import { within, type PairWorld } from '../pair-world.ts';
import type { PrepareInput } from './input.ts';

/** The standby streams with our role, its passfile and the slot; the receiver reconnects by a reload. */
export const followWithSlot = alterSettings<PairWorld, AdoptObservation, PrepareInput>({
  name: 'follow-with-slot',
  group: 'changes-standby',
  on: (world) => world.standby,
  serverName: (input) => input.standby.serverName,
  copy: 'prepare',
  wanted: (input) =>
    new Map([
      ['primary_conninfo', standbyConninfo(input)],
      ['primary_slot_name', input.slotName],
    ]),
  load: 'reload',
  explain: (c) =>
    text(
      `Let ${c.input.standby.serverName} replicate with the new role and the slot: the receiver reconnects once.`,
      `${c.input.standby.serverName} mit der neuen Rolle und dem Slot replizieren lassen: Der Empfänger verbindet sich einmal neu.`,
    ),
  undoExplain: () => text('Let it replicate as before.', 'Ihn wie zuvor replizieren lassen.'),
  expectedMs: 500,
});

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
