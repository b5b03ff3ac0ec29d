import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import {
  defineOperation,
  POINT_OF_NO_RETURN,
  RETRY,
  type Gate,
  type MutationStep,
  type StepContext,
} from '#server/engine/define-operation.ts';
import type { SlotSample } from '#server/domain/node-sample.ts';
import type { Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Clock } from '#server/ports/clock.ts';
import { gateMaker, type Verdict } from '../gate-maker.ts';
import { zNode } from '../setup-standby/input.ts';
import { within, type OperationNode } from '../pair-world.ts';

const zInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  node: zNode.pick({ serverId: true, serverName: true, instanceId: true, location: true }),
  slotName: z.string().min(1).max(63),
  /** Where the slot stood when the person looked: one that moved since is in use. */
  restartLsn: z.string().nullable(),
  /** The pair's own slot, made by Tandem. */
  ours: z.boolean(),
  /** The person typed the name of a slot that is not ours. */
  foreignTyped: z.boolean(),
  reason: z.string().nullable(),
});
export type DropSlotInput = z.infer<typeof zInput>;

/** One node, looked at anew for every decision. */
export interface SlotWorld {
  node: Pick<OperationNode, 'admin' | 'serverName'>;
  clock: Clock;
}

interface SlotObservation {
  takenAtMs: number;
  slot: SlotSample | null;
}
type Context = StepContext<SlotWorld, DropSlotInput>;

async function findSlot(c: Context): Promise<SlotSample | null> {
  const slots = await c.world.node.admin.slots(within(c));
  return slots.find((slot) => slot.name === c.input.slotName) ?? null;
}

const onNode = gateMaker<SlotObservation, DropSlotInput, 'node'>((on, _, input) => input[on].serverName);

const gate = (
  code: string,
  title: Text,
  judge: (slot: SlotSample, input: DropSlotInput) => Verdict,
): Gate<SlotObservation, DropSlotInput> =>
  onNode(code, 'node', title, ({ slot }, input) =>
    slot === null
      ? { state: 'blocking', detail: text('there is no such slot', 'diesen Slot gibt es nicht') }
      : judge(slot, input),
  );

/** What must be true of a slot at the instant it is dropped. */
export const DROP_SLOT_GATES: readonly Gate<SlotObservation, DropSlotInput>[] = [
  gate('slot-is-inactive', text('Nobody reads from the slot', 'Niemand liest aus dem Slot'), (slot) =>
    slot.active
      ? {
          state: 'blocking',
          detail: text('it is active', 'er ist aktiv'),
          fix: text(
            'Stop whoever reads from it first, if it is really of no use.',
            'Halten Sie zuerst den Leser an, wenn der Slot wirklich nicht gebraucht wird.',
          ),
        }
      : { state: 'ok', detail: text('inactive', 'inaktiv') },
  ),
  gate(
    'slot-has-not-moved',
    text('The slot stands where it was shown', 'Der Slot steht dort, wo er gezeigt wurde'),
    (slot, input) =>
      slot.restartLsn === input.restartLsn
        ? { state: 'ok', detail: sameText(slot.restartLsn ?? '-') }
        : {
            state: 'blocking',
            detail: sameText(`${input.restartLsn ?? '-'} → ${slot.restartLsn ?? '-'}`),
            fix: text(
              'Somebody has read from it since: look again.',
              'Inzwischen hat jemand daraus gelesen: Sehen Sie noch einmal nach.',
            ),
          },
  ),
  gate(
    'slot-is-ours-or-named',
    text('It is ours, or was named as somebody else’s', 'Er ist unserer oder wurde als fremder benannt'),
    (_slot, input) =>
      input.ours || input.foreignTyped
        ? {
            state: 'ok',
            detail: input.ours
              ? text('made by Tandem', 'von Tandem angelegt')
              : text('not ours', 'nicht unserer'),
          }
        : {
            state: 'blocking',
            detail: text('Tandem did not make it', 'Tandem hat ihn nicht angelegt'),
            fix: text(
              'Find out who needs it. To drop it all the same, type its name as a foreign one.',
              'Klären Sie, wer ihn braucht. Um ihn dennoch zu löschen, geben Sie seinen Namen als fremden ein.',
            ),
          },
  ),
];

const drop: MutationStep<SlotWorld, SlotObservation, DropSlotInput> = {
  kind: 'mutation',
  name: 'drop-slot',
  group: 'changes-primary',
  server: (c) => c.input.node.serverName,
  explain: (c) =>
    text(
      `Drop the replication slot ${c.input.slotName}. WAL that only it held is removed.`,
      `Den Replikations-Slot ${c.input.slotName} löschen. WAL, das nur er zurückhielt, wird entfernt.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.node.serverName,
      statement: `SELECT pg_drop_replication_slot('${c.input.slotName.replaceAll("'", "''")}');`,
    },
  ],
  expectedMs: () => 200,
  needs: DROP_SLOT_GATES,
  isDone: async (c) => ((await findSlot(c)) === null ? 'done' : 'not-done'),
  do: (c) => c.world.node.admin.dropSlot(c.input.slotName, within(c)),
  undo: {
    nothing: text(
      'The WAL that it held cannot be held back again.',
      'Das WAL, das er zurückhielt, lässt sich nicht wieder zurückhalten.',
    ),
  },
  timeouts: { doMs: 20_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

/** Drops one replication slot that nobody reads from. Every condition is looked at anew at that instant. */
export const dropSlot = defineOperation<SlotWorld, SlotObservation, DropSlotInput>({
  kind: 'drop-slot',
  version: 1,
  title: (input) =>
    text(
      `Drop the slot ${input.slotName} on ${input.node.serverName}`,
      `Den Slot ${input.slotName} auf ${input.node.serverName} löschen`,
    ),
  parseInput: (raw) => {
    const parsed = zInput.safeParse(raw);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new AppError('INVALID_INPUT', {
      message: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
    });
  },
  observe: async (c) => ({ takenAtMs: c.world.clock.nowMs(), slot: await findSlot(c) }),
  steps: [
    {
      kind: 'check',
      name: 'slot-may-go',
      group: 'reads',
      server: (c) => c.input.node.serverName,
      explain: (c) =>
        text(
          `Check once more that nobody reads from ${c.input.slotName}.`,
          `Noch einmal prüfen, dass niemand aus ${c.input.slotName} liest.`,
        ),
      expectedMs: () => 200,
      gates: DROP_SLOT_GATES,
    },
    POINT_OF_NO_RETURN,
    drop,
  ],
});
