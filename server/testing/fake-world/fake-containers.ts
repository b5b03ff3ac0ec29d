import { AppError } from '#server/errors/app-error.ts';
import type { ContainerRecipe } from '#server/domain/container-recipe.ts';
import type { ContainerHost, FoundContainer, HostFile } from '#server/ports/container-host.ts';

/** A Docker engine as a model: images, volumes, containers and the host's files. */
export class FakeContainers implements ContainerHost {
  readonly images = new Map<string, string>();
  readonly volumeNames = new Set<string>();
  readonly made = new Map<string, FoundContainer>();
  readonly files = new Map<string, HostFile>();
  /** Data directories that belong to their owner, by container. */
  readonly owned = new Map<string, string>();
  /** What lies in a data directory before anybody makes its container. */
  strangers = false;
  compose: readonly string[] | null = ['docker-compose'];
  architecture = 'amd64';

  engine(): ReturnType<ContainerHost['engine']> {
    const { compose, architecture } = this;
    return Promise.resolve({ version: '20.10.24', architecture, compose, freeBytes: 50 * 1024 ** 3 });
  }

  recipe(): ReturnType<ContainerHost['recipe']> {
    return Promise.resolve(null);
  }

  container(name: string): Promise<FoundContainer | null> {
    return Promise.resolve(this.made.get(name) ?? null);
  }

  imageId(image: string): Promise<string | null> {
    return Promise.resolve(this.images.get(image) ?? null);
  }

  async receive(image: string, from: ContainerHost): Promise<void> {
    const id = await from.imageId(image, { signal: new AbortController().signal, timeoutMs: 1_000 });
    if (id === null) throw new AppError('COMMAND_FAILED', { message: `no image ${image}` });
    this.images.set(image, id);
  }

  removeImage(image: string): Promise<void> {
    this.images.delete(image);
    return Promise.resolve();
  }

  volumes(names: readonly string[]): Promise<string[]> {
    return Promise.resolve(names.filter((name) => this.volumeNames.has(name)));
  }

  readFiles(path: string): Promise<Map<string, HostFile>> {
    return Promise.resolve(new Map([...this.files].filter(([each]) => each.startsWith(`${path}/`))));
  }

  readFile(path: string): Promise<HostFile | null> {
    return Promise.resolve(this.files.get(path) ?? null);
  }

  createFile(path: string, file: HostFile): Promise<void> {
    if (this.files.has(path)) throw new AppError('GATE_FAILED', { message: `${path} exists already` });
    this.files.set(path, file);
    return Promise.resolve();
  }

  removeFile(path: string): Promise<void> {
    this.files.delete(path);
    return Promise.resolve();
  }

  create(recipe: ContainerRecipe, madeBy: string): Promise<void> {
    for (const m of recipe.mounts) if (m.kind === 'volume') this.volumeNames.add(m.source);
    this.made.set(recipe.name, { running: false, madeBy, wasStarted: false });
    return Promise.resolve();
  }

  ownData(recipe: ContainerRecipe, owner: string): Promise<void> {
    if (this.strangers) throw new AppError('GATE_FAILED', { message: 'there are files already' });
    this.owned.set(recipe.name, owner);
    return Promise.resolve();
  }

  ownsData(recipe: ContainerRecipe, owner: string): Promise<boolean> {
    return Promise.resolve(this.owned.get(recipe.name) === owner);
  }

  remove(recipe: ContainerRecipe, _madeBy: string, volumes: readonly string[]): Promise<void> {
    this.made.delete(recipe.name);
    this.owned.delete(recipe.name);
    for (const name of volumes) this.volumeNames.delete(name);
    return Promise.resolve();
  }
}
