import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { endsReplication, type RemoveInput, type Side } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveContext, RemoveWorld } from '../world.ts';

const zRemembered = z.object({ existed: z.boolean() });

/** The pair's slot on one node; it would hold WAL for nobody, for ever. */
export function dropOwnSlot(on: Side): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> {
  const exists = async (c: RemoveContext): Promise<boolean> =>
    (await c.world[on].admin.slots(within(c))).some((slot) => slot.name === c.input.slotName);
  return {
    kind: 'mutation',
    name: `drop-slot-on-${on}`,
    group: on === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[on].serverName,
    skip: (input) => !endsReplication(input) || input.slotName === null,
    explain: (c) =>
      text(
        `Drop the replication slot ${c.input.slotName ?? ''} on ${c.input[on].serverName}, if it is there.`,
        `Den Replikations-Slot ${c.input.slotName ?? ''} auf ${c.input[on].serverName} löschen, falls er da ist.`,
      ),
    actions: (c) => [
      {
        type: 'sql',
        server: c.input[on].serverName,
        statement: `SELECT pg_drop_replication_slot('${c.input.slotName ?? ''}');`,
      },
    ],
    expectedMs: () => 200,
    needs: [],
    isDone: async (c) => ((await exists(c)) ? 'not-done' : 'done'),
    remember: async (c) => ({ existed: await exists(c) }),
    do: (c) => c.world[on].admin.dropSlot(c.input.slotName ?? '', within(c)),
    undo: {
      explain: () => text('Create the slot again.', 'Den Slot wieder anlegen.'),
      isDone: async (c, raw) => (!zRemembered.parse(raw).existed || (await exists(c)) ? 'done' : 'not-done'),
      do: (c) => c.world[on].admin.createSlot(c.input.slotName ?? '', within(c)),
    },
    timeouts: { doMs: 20_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
}
