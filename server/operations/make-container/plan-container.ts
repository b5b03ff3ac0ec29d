import * as z from 'zod';
import { type ContainerRecipe } from '#server/domain/container-recipe.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { instanceIdOf, type HostAccess, type PlanningWorld } from '../host-access.ts';
import { findInstance } from '../plan-setup/choose-places.ts';
import { MAKE_CONTAINER_GATES } from './gates.ts';
import type { MakeContainerInput } from './input.ts';
import { makeContainer } from './make-container.ts';
import { observeContainers, type MakeContainerWorld } from './observation.ts';
import { lookAndDecide, type Decided } from '../look-and-decide.ts';

const zInput = z.object({
  fromServerId: z.string(),
  /** The instance to copy, as drafts name places. */
  place: z.string().min(1),
  toServerId: z.string(),
});
export type PlanContainerInput = z.infer<typeof zInput>;

const LOOK_MS = 60_000;

async function look(c: StepContext<PlanningWorld, PlanContainerInput>): Promise<Decided> {
  const wait: Wait = { signal: c.signal, timeoutMs: LOOK_MS };
  const [from, to] = await Promise.all([
    c.world.host(c.input.fromServerId),
    c.world.host(c.input.toServerId),
  ]);
  const { input, left } = await decide(from, to, c.input.place, wait);
  const world: MakeContainerWorld = {
    clock: c.world.clock,
    from: from.containers,
    to: to.containers,
    probe: to.probe,
    runtime: to.node(input.location).runtime,
  };
  const observation = await observeContainers(world, input, wait);
  const decided = {
    ...input,
    bringImage: observation.imageId === null,
    compose: [...(observation.engines.to?.compose ?? input.compose)],
  };
  const notCopied = left.map((what) => ({
    code: 'not-copied',
    state: 'warning' as const,
    server: to.server.name,
    title: text('The new container will not have', 'Der neue Container bekommt nicht'),
    detail: what,
    fix: null,
    measuredAtMs: observation.takenAtMs,
  }));
  const plan = await makePlan(
    makeContainer,
    { world, input: decided },
    {
      gates: [...MAKE_CONTAINER_GATES.flatMap((gate) => gate(observation, decided)), ...notCopied],
      confirmation: null,
      outageMs: 0,
      networkBytes: null,
      madeAtMs: c.world.clock.nowMs(),
    },
  );
  return { plan, input: decided };
}

async function decide(
  from: HostAccess,
  to: HostAccess,
  place: string,
  wait: Wait,
): Promise<{ input: MakeContainerInput; left: Text[] }> {
  const { location: source } = await findInstance(from, place, wait);
  const found =
    source.kind === 'docker' && source.name !== null ? await from.containers.recipe(source.name, wait) : null;
  if (found === null) {
    throw new AppError('INVALID_INPUT', {
      message: `place: ${place} on ${from.server.name} is no container`,
      hint: 'Choose an instance that runs in a container.',
      data: { field: 'place' },
    });
  }
  const { recipe, left } = found;
  const location: InstanceLocation = { ...source, name: recipe.name, dataDirectory: recipe.dataDirectory };
  const side = (host: HostAccess) => ({ serverId: host.server.id, serverName: host.server.name });
  const input: MakeContainerInput = {
    from: side(from),
    to: side(to),
    sourceName: source.name ?? '',
    recipe,
    location,
    instanceId: instanceIdOf(to.server.id, location),
    bringImage: false,
    compose: ['docker-compose'],
    files: filesOf(recipe),
  };
  return { input, left };
}

const filesOf = (recipe: ContainerRecipe): string[] =>
  recipe.mounts.flatMap((m) => (m.copied ? [m.source] : []));

/** Makes the plan of a container like one of another server; reads only. */
export const planContainer = lookAndDecide<PlanningWorld, PlanContainerInput>({
  kind: 'plan-container',
  title: () => text('Make the plan for a container', 'Plan für einen Container erstellen'),
  parseInput: (raw) => zInput.parse(raw),
  explain: () =>
    text('Look at both servers and make the plan.', 'Beide Server ansehen und den Plan erstellen.'),
  expectedMs: 5_000,
  timeoutMs: 120_000,
  decide: look,
});
