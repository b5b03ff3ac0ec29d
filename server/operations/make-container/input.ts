import * as z from 'zod';
import { zContainerRecipe } from '#server/domain/container-recipe.ts';
import { zLocation } from '../setup-standby/input.ts';

const zServer = z.object({ serverId: z.string(), serverName: z.string() });

/** A container like one of another server, decided when the plan was made. */
export const zMakeContainerInput = z.object({
  from: zServer,
  to: zServer,
  /** Of the container that is copied. */
  sourceName: z.string(),
  recipe: zContainerRecipe,
  /** The new container as the place of an instance. */
  location: zLocation,
  /** Name under which locks and fencing tokens know it. */
  instanceId: z.string(),
  /** The server has no image of this name. */
  bringImage: z.boolean(),
  /** Paths on the host that are copied as they are, in order. */
  files: z.array(z.string()),
});
export type MakeContainerInput = z.infer<typeof zMakeContainerInput>;

/** Volumes that the container has mounted. */
export function volumesOf({ recipe }: Pick<MakeContainerInput, 'recipe'>): string[] {
  return recipe.mounts.flatMap((m) => (m.kind === 'volume' ? [m.source] : []));
}
