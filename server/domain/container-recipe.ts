import * as z from 'zod';

/** Absolute, without what a mount option could be mistaken for. */
const zPath = z.string().regex(/^\/[^\0\n:]*$/);
const zName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/);

/** Where a container's files lie on its host. */
export const zRecipeMount = z.object({
  kind: z.enum(['volume', 'directory', 'file']),
  /** The volume's name, or the path on the host. */
  source: z.union([zName, zPath]),
  destination: zPath,
  readOnly: z.boolean(),
  /** Whether what lies there is copied from the primary's host: configuration is, data is not. */
  copied: z.boolean(),
});

/** How a Compose project names the container. */
export const zComposePlace = z.object({
  project: zName,
  service: zName,
  directory: zPath,
  file: zPath,
  /** Of the file that the new host gets. */
  content: z.string(),
});

/**
 * All that is needed to make a server's container on another host. No passwords: a filled data directory
 * needs none, and without one the image refuses to make a new cluster in an empty one.
 */
export const zContainerRecipe = z.object({
  name: zName,
  image: z.string().regex(/^[a-zA-Z0-9][\w./:@-]*$/),
  /** sha256:… */
  imageId: z.string(),
  /** Arguments for the image's entry point; null = the image's own. */
  command: z.array(z.string()).nullable(),
  user: z.string(),
  environment: z.record(z.string(), z.string()),
  mounts: z.array(zRecipeMount),
  /** `5432/tcp` to where the host publishes it. */
  ports: z.array(z.object({ address: z.string(), port: z.number().int(), inside: z.string() })),
  networkMode: z.string(),
  /** As `docker update --restart` takes it. */
  restartPolicy: z.string(),
  shmBytes: z.number().int().nonnegative(),
  memoryBytes: z.number().int().nonnegative(),
  dataDirectory: zPath,
  /** Null = made by `docker create`. */
  compose: zComposePlace.nullable(),
});

export type ContainerRecipe = z.infer<typeof zContainerRecipe>;
export type RecipeMount = z.infer<typeof zRecipeMount>;

/** The command line that makes such a container, for people and for the engine alike. */
export function createArguments(recipe: ContainerRecipe, labels: Readonly<Record<string, string>>): string[] {
  const { shmBytes, memoryBytes } = recipe;
  return [
    'docker', 'create', '--name', recipe.name, '--restart', recipe.restartPolicy,
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...(recipe.networkMode === 'host' ? ['--network', 'host'] : []),
    ...recipe.ports.flatMap((p) => ['--publish', published(p)]),
    ...Object.entries(recipe.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...recipe.mounts.flatMap((m) => ['--volume', `${m.source}:${m.destination}${m.readOnly ? ':ro' : ''}`]),
    ...(recipe.user === '' ? [] : ['--user', recipe.user]),
    ...(shmBytes === 0 ? [] : ['--shm-size', String(shmBytes)]),
    ...(memoryBytes === 0 ? [] : ['--memory', String(memoryBytes)]),
    recipe.image,
    ...(recipe.command ?? []),
  ]; // prettier-ignore
}

function published({ address, port, inside }: ContainerRecipe['ports'][number]): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return address === '' || address === '0.0.0.0' ? `${port}:${inside}` : `${host}:${port}:${inside}`;
}
