/** What starts and stops a PostgreSQL instance on its host. */
export const RUNTIME_KINDS = ['plain', 'docker', 'debian', 'systemd'] as const;
export type RuntimeKind = (typeof RUNTIME_KINDS)[number];

/** Where one PostgreSQL instance lives on its host. Plain data: stored in the inventory and in the input of operations. */
export type InstanceLocation = {
  kind: RuntimeKind;
  /** What its runtime calls it: `15/main`, a systemd unit, a container; null where it has no name (plain). */
  name: string | null;
  /** As its own processes see it: inside the container for docker. */
  dataDirectory: string;
  /** Where postgresql.conf and pg_hba.conf lie when that is not the data directory. */
  configDirectory: string | null;
  binDirectory: string;
  /** OS user that owns the data directory. */
  osOwner: string;
  /** As it is reached from outside: the published one for docker. */
  port: number;
  /** Directory of the unix socket on the host; null when there is none. */
  socketDirectory: string | null;
  /** Name of its bootstrap superuser; absent = not known yet. */
  superuser?: string;
};

/**
 * What tells an instance from the others of its host, as drafts and command lines name it: the data directory;
 * in containers with the container, because the same path lies in many.
 */
export function placeNameOf(o: Pick<InstanceLocation, 'kind' | 'name' | 'dataDirectory'>): string {
  return o.kind === 'docker' && o.name !== null ? `${o.dataDirectory}@${o.name}` : o.dataDirectory;
}

/** Settings by which a server finds its files elsewhere than in its data directory. */
export const NAMES_FILES = ['config_file', 'hba_file', 'ident_file'] as const;
/** Settings that say where a server lies; set by what knows the place: a command line, pg_createcluster, PostgreSQL. */
export const NAMES_PLACE = [...NAMES_FILES, 'data_directory', 'external_pid_file'] as const;

/** Directory of postgresql.conf and pg_hba.conf. */
export function configDirectoryOf(location: InstanceLocation): string {
  return location.configDirectory ?? location.dataDirectory;
}

/** Where postgresql-common keeps the configuration of the cluster `15/main`. */
export function clusterConfigDirectory(name: string): string {
  return `/etc/postgresql/${name}`;
}

/** The unit by which systemd starts this instance; null = no unit does. */
export function unitOf({ kind, name }: Pick<InstanceLocation, 'kind' | 'name'>): string | null {
  if (kind === 'systemd') return name;
  if (kind === 'debian' && name !== null) return `postgresql@${name.replace('/', '-')}.service`;
  return null;
}
