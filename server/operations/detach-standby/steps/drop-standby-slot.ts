import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import type { SlotSample } from '#server/domain/node-sample.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { DetachInput } from '../input.ts';
import type { DetachObservation } from '../look.ts';

type Context = ChangeContext<DetachInput>;
/** The sender of a host that went away is noticed after wal_sender_timeout, 60 s as delivered. */
const RELEASE_MS = 150_000;
const POLL_MS = 250;

async function find(c: Context): Promise<SlotSample | undefined> {
  const slots = await c.world.newPrimary.admin.slots(within(c));
  return slots.find((slot) => slot.name === c.input.slotName);
}

/** The primary keeps no WAL for a standby that does not come. */
export const dropStandbySlot: MutationStep<ChangeWorld, DetachObservation, DetachInput> = {
  kind: 'mutation',
  name: 'drop-slot',
  group: 'changes-primary',
  server: (c) => c.input.newPrimary.serverName,
  explain: (c) =>
    text(
      `Drop the slot ${c.input.slotName} on ${c.input.newPrimary.serverName}: it keeps no WAL for ${c.input.oldPrimary.serverName} any more.`,
      `Den Slot ${c.input.slotName} auf ${c.input.newPrimary.serverName} entfernen: Er hält kein WAL mehr für ${c.input.oldPrimary.serverName} vor.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.newPrimary.serverName,
      statement: `SELECT pg_drop_replication_slot('${c.input.slotName}');`,
    },
  ],
  expectedMs: () => 300,
  needs: [],
  isDone: async (c) => ((await find(c)) === undefined ? 'done' : 'not-done'),
  do: async (c) => {
    // One that is read from cannot be dropped; the engine's deadline ends the wait.
    while ((await find(c))?.active === true) await c.world.clock.sleep(POLL_MS, c.signal);
    await c.world.newPrimary.admin.dropSlot(c.input.slotName, within(c));
  },
  undo: { nothing: text('Attaching makes a new one.', 'Das Anhängen legt einen neuen an.') },
  timeouts: { doMs: RELEASE_MS, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
