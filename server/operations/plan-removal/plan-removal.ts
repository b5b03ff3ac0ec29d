import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import type { Plan } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { planWorld, type PlanningWorld } from '../host-access.ts';
import { endsReplication, parseRemoveInput, type RemoveInput } from '../remove-pair/input.ts';
import { observeRemoval, REMOVE_GATES } from '../remove-pair/observation.ts';
import { removePair } from '../remove-pair/remove-pair.ts';
import type { RemoveWorld } from '../remove-pair/world.ts';
import { lookAndDecide, type Decided } from '../look-and-decide.ts';

/** The removal as it is recorded, before anybody looked: the hba files are found on the servers. */
const zInput = z.object({ removal: z.record(z.string(), z.unknown()) });
export type PlanRemovalInput = { removal: RemoveInput };

const LOOK_MS = 20_000;

async function look(c: StepContext<PlanningWorld, PlanRemovalInput>): Promise<Decided> {
  const { removal } = c.input;
  const wait = { signal: c.signal, timeoutMs: LOOK_MS };
  const node = async (side: 'primary' | 'standby') =>
    (await c.world.host(removal[side].serverId)).node(removal[side].location);
  const nodes = { primary: await node('primary'), standby: await node('standby') };
  const never = (): Promise<never> =>
    Promise.reject(new AppError('ASSERTION', { message: 'a plan changes nothing' }));
  const world: RemoveWorld = { ...planWorld(c.world, nodes), secretExists: never, forgetSecret: never };
  const observation = await observeRemoval(world, removal, wait);
  const hbaFiles =
    observation === null
      ? removal.hbaFiles
      : { primary: observation.primary.hbaFile, standby: observation.standby.hbaFile };
  const input = { ...removal, hbaFiles };
  const plan = await makePlan(
    removePair,
    { world, input },
    {
      gates: REMOVE_GATES.flatMap((gate) => gate(observation, input)),
      confirmation: confirmationOf(input),
      outageMs: 0,
      networkBytes: 0,
      madeAtMs: c.world.clock.nowMs(),
    },
  );
  return { plan, input };
}

function confirmationOf(input: RemoveInput): Plan['confirmation'] {
  const reason = endsReplication(input)
    ? text(
        `Replication ends: ${input.standby.serverName} is no standby any more.`,
        `Die Replikation endet: ${input.standby.serverName} ist kein Standby-Server mehr.`,
      )
    : text(
        `Tandem watches ${input.pairName} no more, and its measurements are deleted.`,
        `Tandem überwacht ${input.pairName} nicht mehr, und die Messwerte werden gelöscht.`,
      );
  return { word: input.pairName, reason };
}

/** Makes the plan of letting go of a pair; reads only, and nothing at all when the servers stay as they are. */
export const planRemoval = lookAndDecide<PlanningWorld, PlanRemovalInput>({
  kind: 'plan-removal',
  title: ({ removal }) =>
    text(
      `Make the plan for removing ${removal.pairName}`,
      `Plan für das Entfernen von ${removal.pairName} erstellen`,
    ),
  parseInput: (raw) => ({ removal: parseRemoveInput(zInput.parse(raw).removal) }),
  explain: () =>
    text('Look at both servers and make the plan.', 'Beide Server ansehen und den Plan erstellen.'),
  expectedMs: 2_000,
  timeoutMs: 60_000,
  decide: look,
});
