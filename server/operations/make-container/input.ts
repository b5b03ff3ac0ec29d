import * as z from 'zod';
import type { ContainerRecipe } from '#server/domain/container-recipe.ts';
import { zLocation } from '../setup-standby/input.ts';

/** Absolute, without what a mount option could be mistaken for. */
const zPath = z.string().regex(/^\/[^\0\n:]*$/);
const zName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/);

const zRecipe: z.ZodType<ContainerRecipe> = z.object({
  name: zName,
  image: z.string().regex(/^[a-zA-Z0-9][\w./:@-]*$/),
  imageId: z.string(),
  command: z.array(z.string()).nullable(),
  user: z.string(),
  environment: z.record(z.string(), z.string()),
  mounts: z.array(
    z.object({
      kind: z.enum(['volume', 'directory', 'file']),
      source: z.union([zName, zPath]),
      destination: zPath,
      readOnly: z.boolean(),
      copied: z.boolean(),
    }),
  ),
  ports: z.array(z.object({ address: z.string(), port: z.number().int(), inside: z.string() })),
  networkMode: z.string(),
  restartPolicy: z.string(),
  shmBytes: z.number().int().nonnegative(),
  memoryBytes: z.number().int().nonnegative(),
  dataDirectory: zPath,
  compose: z
    .object({ project: zName, service: zName, directory: zPath, file: zPath, content: z.string() })
    .nullable(),
});

const zServer = z.object({ serverId: z.string(), serverName: z.string() });

/** A container like one of another server, decided when the plan was made. */
export const zMakeContainerInput = z.object({
  from: zServer,
  to: zServer,
  /** Of the container that is copied. */
  sourceName: z.string(),
  recipe: zRecipe,
  /** The new container as the place of an instance. */
  location: zLocation,
  /** Name under which locks and fencing tokens know it. */
  instanceId: z.string(),
  /** The server has no image of this name. */
  bringImage: z.boolean(),
  /** How Compose is called on the server that gets the container. */
  compose: z.array(z.string()).default(['docker-compose']),
  /** Paths on the host that are copied as they are, in order. */
  files: z.array(z.string()),
});
export type MakeContainerInput = z.infer<typeof zMakeContainerInput>;

/** Volumes that the container has mounted, and its helper's. */
export function volumesOf({ recipe }: Pick<MakeContainerInput, 'recipe'>): string[] {
  const own = recipe.mounts.flatMap((m) => (m.kind === 'volume' ? [m.source] : []));
  return [...own, `tandem-${recipe.name}`];
}
