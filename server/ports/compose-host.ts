import type { ContainerEngine } from './container-host.ts';
import type { Wait } from './postgres-runtime.ts';

/** Where Compose finds what a container is made from. Paths are the host's. */
export type ComposePlace = {
  project: string;
  service: string;
  directory: string;
  file: string;
};

/** What Compose wrote onto a container. */
export interface ComposeLabels {
  project: string;
  service: string;
  directory: string;
  files: string[];
  /** Of the Compose that made it, e.g. 1.29.2; null = not said. */
  version: string | null;
}

/** A container as far as a new one must be like it. */
export interface ComposedContainer {
  /** Of the image that it was made from. */
  imageId: string;
  /** As the Compose file names it. */
  image: string;
  running: boolean;
  /** As `docker update --restart` takes it. */
  restartPolicy: string;
  /** Words for the image's entry point; none = the image's own. */
  command: string[];
  /** Null = Compose did not make it. */
  compose: ComposeLabels | null;
  /** Destinations of mounts that outlive it: directories of the host and volumes with a name. */
  lasting: string[];
  /** Destinations of volumes without a name. */
  unnamed: string[];
}

/** What a Compose file says of one service. */
export interface ComposeReading {
  /** sha256 of its bytes. */
  sha256: string;
  /** Words of its command; null = see `cannot`. */
  command: string[] | null;
  /** Why it cannot be changed by Tandem; null = it can. */
  cannot: string | null;
  /** Variables that the service takes from elsewhere. */
  variables: string[];
}

/** A file without some settings: what a person sees, and how the outcome is known. */
export interface ComposeEdit {
  beforeSha256: string;
  afterSha256: string;
  /** Of the file, octal. */
  mode: string;
  /** The lines of the command, as they are and as they will be. What looks like a password is dots. */
  shown: { before: string; after: string };
}

/**
 * Whether a container is what its file says now: Compose's own answer. `unknown` where this Compose cannot tell,
 * `refused` where it does not accept the file.
 */
export interface ComposeHash {
  state: 'same' | 'different' | 'unknown' | 'refused';
  detail: string;
}

/** Containers that Compose made, on one host. What acts goes through the fence. */
export interface ComposeHost {
  engine(o: Wait): Promise<ContainerEngine | null>;
  container(name: string, o: Wait): Promise<ComposedContainer | null>;
  /** Running containers that share its network. */
  networkSharers(name: string, o: Wait): Promise<string[]>;
  /** Files that were made or changed inside since it was made, without what PostgreSQL itself writes there. */
  changedInside(name: string, o: Wait): Promise<string[]>;
  /** Id of what an image is called now; null when the host does not have it. */
  imageId(image: string, o: Wait): Promise<string | null>;
  /** Null when there is no such file, or it is a link. `imageId`: of a throw-away container that reads it. */
  reading(place: ComposePlace, imageId: string, o: Wait): Promise<ComposeReading | null>;
  hash(place: ComposePlace, container: string, o: Wait): Promise<ComposeHash>;
  /** Rejects INVALID_INPUT where the file cannot be changed. */
  edit(place: ComposePlace, names: readonly string[], imageId: string, o: Wait): Promise<ComposeEdit>;
  /** sha256 of a file; null when there is none. */
  fileHash(path: string, imageId: string, o: Wait): Promise<string | null>;
  /** Copies a file with owner and mode. Rejects GATE_FAILED where the copy exists. */
  keepFile(from: string, to: string, imageId: string, o: Wait): Promise<void>;
  removeFile(path: string, imageId: string, o: Wait): Promise<void>;
  /** The file without these settings, at once and whole. Rejects GATE_FAILED when it is not the one with this hash. */
  takeOff(
    place: ComposePlace,
    names: readonly string[],
    beforeSha256: string,
    imageId: string,
    o: Wait,
  ): Promise<void>;
  /** Puts the kept copy back in the file's place; the copy stays. Rejects GATE_FAILED as above. */
  putBack(place: ComposePlace, keptAs: string, afterSha256: string, imageId: string, o: Wait): Promise<void>;
  /** Removes a container that does not run; its volumes stay. */
  removeContainer(name: string, o: Wait): Promise<void>;
  /** Lets Compose make the service's container, without starting it, and gives it this restart policy. */
  createContainer(place: ComposePlace, name: string, restartPolicy: string, o: Wait): Promise<void>;
}
