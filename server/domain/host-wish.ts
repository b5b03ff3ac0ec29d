/** What a server is to have before a standby comes to it; a person chooses every part. */
export interface HostWish {
  postgresql: { majorVersion: number; source: 'distribution' | 'pgdg' } | null;
  docker: { source: 'distribution' | 'docker' } | null;
  /** `dockerGroup`: whoever is in it may become root through Docker. */
  account: { name: string; dockerGroup: boolean } | null;
  directories: DirectoryWish[];
  /** The one address that may reach PostgreSQL's port, and whose it is. */
  firewall: { port: number; from: string; fromName: string } | null;
}

export interface DirectoryWish {
  path: string;
  /** OS user; its primary group comes with it. */
  owner: string;
  /** Octal, e.g. `0750`. */
  mode: string;
}

/** What was found where a directory is to be; null = nothing. */
export interface DirectoryState {
  kind: 'directory' | 'other';
  owner: string;
  group: string;
  mode: string;
  empty: boolean;
}

export interface PackageState {
  installed: string | null;
  /** What apt would install; null = its lists do not know the package. */
  candidate: string | null;
}

/** Names that stand for the same thing in different releases: the first that apt knows is installed. */
export type PackageChoice = readonly string[];

const COMPOSE: PackageChoice = ['docker-compose-v2', 'docker-compose-plugin', 'docker-compose'];

/** The packages of a wish, each with its other names. */
export function packagesOf(
  wish: Pick<HostWish, 'postgresql' | 'docker'>,
): { for: 'postgresql' | 'docker'; names: PackageChoice }[] {
  const { postgresql, docker } = wish;
  return [
    ...(postgresql === null
      ? []
      : [{ for: 'postgresql' as const, names: [`postgresql-${postgresql.majorVersion}`] }]),
    ...(docker === null
      ? []
      : (docker.source === 'docker'
          ? [['docker-ce'], ['docker-ce-cli'], ['containerd.io'], ['docker-compose-plugin']]
          : [['docker.io'], COMPOSE]
        ).map((names) => ({ for: 'docker' as const, names }))),
  ];
}

/** The directory as it was wished. */
export function isAsWished(state: DirectoryState | null, wish: DirectoryWish): boolean {
  return state?.kind === 'directory' && state.owner === wish.owner && sameMode(state.mode, wish.mode);
}

/** Why a directory is left alone although it is not as wished; null = it may be made or changed. */
export function directoryConflict(
  state: DirectoryState | null,
  wish: DirectoryWish,
): 'not-a-directory' | 'holds-files' | null {
  if (state === null || isAsWished(state, wish)) return null;
  if (state.kind !== 'directory') return 'not-a-directory';
  return state.empty ? null : 'holds-files';
}

const sameMode = (a: string, b: string): boolean => Number.parseInt(a, 8) === Number.parseInt(b, 8);

/** The path and every parent of it, outermost first, without `/`. */
export function pathAndParents(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
}
