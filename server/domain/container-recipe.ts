/** Where a container's files lie on its host. */
export type RecipeMount = {
  kind: 'volume' | 'directory' | 'file';
  /** The volume's name, or the path on the host. */
  source: string;
  destination: string;
  readOnly: boolean;
  /** Whether what lies there is copied from the primary's host: configuration is, data is not. */
  copied: boolean;
};

/** How a Compose project names the container. */
export type ComposePlace = {
  project: string;
  service: string;
  directory: string;
  file: string;
  /** Of the file that the new host gets. */
  content: string;
};

/**
 * All that is needed to make a server's container on another host. No passwords: a filled data directory
 * needs none, and without one the image refuses to make a new cluster in an empty one.
 */
export type ContainerRecipe = {
  name: string;
  image: string;
  /** sha256:… */
  imageId: string;
  /** Arguments for the image's entry point; null = the image's own. */
  command: string[] | null;
  user: string;
  environment: Record<string, string>;
  mounts: RecipeMount[];
  /** `5432/tcp` to where the host publishes it. */
  ports: { address: string; port: number; inside: string }[];
  networkMode: string;
  /** As `docker update --restart` takes it. */
  restartPolicy: string;
  shmBytes: number;
  memoryBytes: number;
  dataDirectory: string;
  /** Null = made by `docker create`. */
  compose: ComposePlace | null;
};

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
