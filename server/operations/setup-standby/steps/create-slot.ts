import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { SetupInput } from '../input.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';

const exists = async (c: SetupContext): Promise<boolean> =>
  (await c.world.primary.admin.slots(within(c))).some((s) => s.name === c.input.slotName);

/** Before the backup, so that no WAL is missing when the standby connects for the first time. */
export const createSlot = <Observation>(): MutationStep<PairWorld, Observation, SetupInput> => ({
  kind: 'mutation',
  name: 'create-slot',
  group: 'changes-primary',
  server: (c) => c.input.primary.serverName,
  explain: (c) =>
    text(
      `Create the replication slot ${c.input.slotName}; the primary keeps WAL for the standby from here.`,
      `Den Replikations-Slot ${c.input.slotName} anlegen; ab hier hält der Primärserver WAL für den Standby-Server vor.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.primary.serverName,
      statement: `SELECT pg_create_physical_replication_slot('${c.input.slotName}', immediately_reserve => true);`,
    },
  ],
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) => ((await exists(c)) ? 'done' : 'not-done'),
  do: (c) => c.world.primary.admin.createSlot(c.input.slotName, within(c)),
  undo: {
    explain: (c) => text(`Drop the slot ${c.input.slotName}.`, `Den Slot ${c.input.slotName} löschen.`),
    isDone: async (c) => ((await exists(c)) ? 'not-done' : 'done'),
    do: (c) => c.world.primary.admin.dropSlot(c.input.slotName, within(c)),
  },
  timeouts: { doMs: 20_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
});
