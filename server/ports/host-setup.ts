import type { FirewallLook, FirewallPlace, FirewallRule } from '#server/domain/firewall.ts';
import type { DirectoryState, DirectoryWish, PackageState } from '#server/domain/host-wish.ts';
import type { SystemRelease } from '#server/domain/package-source.ts';
import type { HostJobState, Wait } from './postgres-runtime.ts';

export interface SystemLook extends SystemRelease {
  /** Commands may run as root: as the login user itself, or through sudo. */
  root: boolean;
  /** It has apt and dpkg. */
  apt: boolean;
  /** Process that holds the lock of dpkg or apt; null = nobody. */
  packagesHeldBy: string | null;
}

export interface DockerLook {
  /** Version of the engine that answers; null = none. */
  engine: string | null;
  /** Version of Compose as plugin or program; null = none. */
  compose: string | null;
  /** It starts with the system. */
  enabled: boolean;
}

/** Makes a server ready for PostgreSQL: packages, accounts, directories, its firewall. Acts as root. */
export interface HostSetup {
  system(o: Wait): Promise<SystemLook>;
  /** First address of a name as that host resolves it; null = it cannot. */
  addressOf(name: string, o: Wait): Promise<string | null>;
  packages(names: readonly string[], o: Wait): Promise<Map<string, PackageState>>;
  /** Clusters of Debian's tools, of any version. */
  clusters(o: Wait): Promise<number>;
  docker(o: Wait): Promise<DockerLook>;
  account(name: string, o: Wait): Promise<{ home: string; groups: string[] } | null>;
  /** By path; null = nothing is there. */
  directories(paths: readonly string[], o: Wait): Promise<Map<string, DirectoryState | null>>;
  firewall(rule: FirewallRule, o: Wait): Promise<FirewallLook>;
  hasRule(place: FirewallPlace, rule: FirewallRule, o: Wait): Promise<boolean>;

  readFile(path: string, o: Wait): Promise<string | null>;
  /** Root's, mode 0644; null removes the file. */
  writeFile(path: string, text: string | null, o: Wait): Promise<void>;
  /**
   * Downloads a repository's key by the host's own network. Rejects COMMAND_FAILED when it cannot be had, and
   * KEY_NOT_TRUSTED unless it holds exactly the one primary key of that fingerprint.
   */
  fetchKey(url: string, fingerprint: string, o: Wait): Promise<string>;
  /**
   * Starts apt, which goes on without us; the same job is started once. `repair`: finish first what an apt
   * left that was broken off.
   */
  startInstall(job: string, choices: readonly (readonly string[])[], repair: boolean, o: Wait): Promise<void>;
  installState(job: string, fromByte: number, o: Wait & { endWithinMs?: number }): Promise<HostJobState>;
  /** Now, and with the system. */
  setDockerService(running: boolean, o: Wait): Promise<void>;
  /** A login user with a group of its own name and `/home/<name>` as home, which is not made. */
  addAccount(name: string, o: Wait): Promise<void>;
  /** The account alone; its files stay. */
  removeAccount(name: string, o: Wait): Promise<void>;
  setMember(name: string, group: string, member: boolean, o: Wait): Promise<void>;
  /** Makes it with its parents, or gives it that owner and mode. */
  makeDirectory(wish: DirectoryWish & { group?: string }, o: Wait): Promise<void>;
  /** Only when it is empty. */
  removeDirectory(path: string, o: Wait): Promise<void>;
  setRule(place: FirewallPlace, rule: FirewallRule, present: boolean, o: Wait): Promise<void>;
}
