import type { ContainerRecipe } from '#server/domain/container-recipe.ts';
import type { Text } from '#server/domain/plan.ts';
import type { Wait } from './postgres-runtime.ts';

export interface ContainerEngine {
  /** e.g. 20.10.24 */
  version: string;
  /** e.g. amd64 */
  architecture: string;
  /** How Compose is called there; null = it is not installed. */
  compose: readonly string[] | null;
  /** Free bytes where the engine keeps images and volumes; null = it could not be measured. */
  freeBytes: number | null;
}

export interface FoundContainer {
  running: boolean;
  /** Which run of ours made it; null = somebody else did. */
  madeBy: string | null;
  /** It was started at least once. */
  wasStarted: boolean;
}

export interface HostFile {
  content: Buffer;
  mode: number;
  uid: number;
  gid: number;
}

/** The container engine of one host. Paths are the host's. */
export interface ContainerHost {
  /** Null where none answers, or the login user may not use it. */
  engine(o: Wait): Promise<ContainerEngine | null>;
  /**
   * How a container was made, for another host; null when there is none of that name. `left` names what such a
   * copy will not have.
   */
  recipe(name: string, o: Wait): Promise<{ recipe: ContainerRecipe; left: Text[] } | null>;
  container(name: string, o: Wait): Promise<FoundContainer | null>;
  /** Its id, sha256:…; null when the host does not have it. */
  imageId(image: string, o: Wait): Promise<string | null>;
  /** Gets an image from another host of ours, through Tandem; nothing of it is kept here. */
  receive(image: string, from: ContainerHost, o: Wait & { onBytes: (bytes: number) => void }): Promise<void>;
  /** Takes a name of an image away, and the image when nothing else uses it. */
  removeImage(image: string, o: Wait): Promise<void>;
  /** Which of these volumes exist. */
  volumes(names: readonly string[], o: Wait): Promise<string[]>;
  /** Files below a directory, or the one file, by their paths; read in a throw-away container of the image. */
  readFiles(path: string, image: string, o: Wait): Promise<Map<string, HostFile>>;
  /** Null when it does not exist. */
  readFile(path: string, image: string, o: Wait): Promise<HostFile | null>;
  /** Rejects GATE_FAILED where there is one. Missing directories are made. */
  createFile(path: string, file: HostFile, image: string, o: Wait): Promise<void>;
  removeFile(path: string, image: string, o: Wait): Promise<void>;
  /** Makes the container without starting it, marked with who made it. */
  create(recipe: ContainerRecipe, madeBy: string, o: Wait): Promise<void>;
  /** Gives the data directory of a container to its owner, 0700; rejects GATE_FAILED when anything lies in it. */
  ownData(recipe: ContainerRecipe, owner: string, o: Wait): Promise<void>;
  /** Whether that was done. */
  ownsData(recipe: ContainerRecipe, owner: string, o: Wait): Promise<boolean>;
  /**
   * Removes a container that `madeBy` made and that was never started, its helper, and these volumes, where
   * nothing lies in them.
   */
  remove(recipe: ContainerRecipe, madeBy: string, volumes: readonly string[], o: Wait): Promise<void>;
}
