import type { Clock } from '#server/ports/clock.ts';
import type { ContainerEngine, ContainerHost, FoundContainer } from '#server/ports/container-host.ts';
import type { HostProbe } from '#server/ports/host-probe.ts';
import type { PostgresRuntime, Wait } from '#server/ports/postgres-runtime.ts';
import { volumesOf, type MakeContainerInput } from './input.ts';

/** What making a container reaches: two engines, and the new container as an instance. */
export interface MakeContainerWorld {
  clock: Clock;
  from: ContainerHost;
  to: ContainerHost;
  probe: Pick<HostProbe, 'portInUse'>;
  runtime: Pick<PostgresRuntime, 'autostart' | 'setAutostart'>;
}

export interface MakeContainerObservation {
  takenAtMs: number;
  engines: { from: ContainerEngine | null; to: ContainerEngine | null };
  there: FoundContainer | null;
  imageId: string | null;
  /** Volumes of the recipe that exist already. */
  volumes: string[];
  portsInUse: number[];
}

/** One look at both engines. */
export async function observeContainers(
  world: MakeContainerWorld,
  input: MakeContainerInput,
  wait: Wait,
): Promise<MakeContainerObservation> {
  const engines = {
    from: await world.from.engine(wait),
    to: await world.to.engine(wait),
  };
  const blank = {
    takenAtMs: world.clock.nowMs(),
    engines,
    there: null,
    imageId: null,
    volumes: [],
    portsInUse: [],
  };
  if (engines.to === null) return blank;
  const { recipe } = input;
  const ports = recipe.networkMode === 'host' ? [input.location.port] : recipe.ports.map((p) => p.port);
  const [there, imageId, volumes, inUse] = await Promise.all([
    world.to.container(recipe.name, wait),
    world.to.imageId(recipe.image, wait),
    world.to.volumes(volumesOf(input), wait),
    Promise.all(ports.map((port) => world.probe.portInUse(port, wait))),
  ]);
  return { ...blank, there, imageId, volumes, portsInUse: ports.filter((_, n) => inUse[n] === true) };
}
