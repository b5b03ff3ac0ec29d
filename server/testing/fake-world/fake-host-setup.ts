import { AppError } from '#server/errors/app-error.ts';
import type { FirewallPlace, FirewallRule } from '#server/domain/firewall.ts';
import type { DirectoryState, PackageState } from '#server/domain/host-wish.ts';
import { pathAndParents } from '#server/domain/host-wish.ts';
import type { DockerLook, HostSetup, SystemLook } from '#server/ports/host-setup.ts';
import type { HostJobState } from '#server/ports/postgres-runtime.ts';

const ROOTS: DirectoryState = { kind: 'directory', owner: 'root', group: 'root', mode: '755', empty: false };

/** A Debian server as plain data: what host setup sees and changes of it. */
export class FakeHostSetup implements HostSetup {
  look: SystemLook = {
    root: true,
    id: 'debian',
    codename: 'bookworm',
    architecture: 'amd64',
    apt: true,
    packagesHeldBy: null,
  };
  /** What apt knows: version per package. */
  readonly repository = new Map<string, string>();
  readonly installed = new Map<string, string>();
  readonly files = new Map<string, string>();
  readonly accountsThere = new Map<string, string[]>();
  readonly directoriesThere = new Map<string, DirectoryState>([['/home', { ...ROOTS }]]);
  readonly jobs = new Map<string, HostJobState>();
  clustersThere = 0;
  dockerNow: DockerLook = { engine: null, compose: null, enabled: false };
  places: FirewallPlace[] = [];
  publishedBy: string | null = null;
  passedBy: string[] = [];
  readonly rules = new Set<string>();
  /** What an address gives instead of the right key. */
  wrongKey = false;
  /** The next installs end like this. */
  installFails: { log: string } | null = null;
  /** How often each effect was applied. */
  readonly effects: Record<string, number> = {};

  system = async (): Promise<SystemLook> => ({ ...this.look });
  addressOf = async (name: string): Promise<string | null> => (name === 'db1' ? '10.0.0.1' : null);
  clusters = async (): Promise<number> => this.clustersThere;
  docker = async (): Promise<DockerLook> => ({ ...this.dockerNow });
  readFile = async (path: string): Promise<string | null> => this.files.get(path) ?? null;
  hasRule = async (place: FirewallPlace, rule: FirewallRule): Promise<boolean> =>
    this.rules.has(key(place, rule));

  async packages(names: readonly string[]): Promise<Map<string, PackageState>> {
    return new Map(
      names.map((name) => {
        const installed = this.installed.get(name) ?? null;
        return [name, { installed, candidate: this.repository.get(name) ?? installed }];
      }),
    );
  }

  async account(name: string): Promise<{ home: string; groups: string[] } | null> {
    const groups = this.accountsThere.get(name);
    return groups === undefined ? null : { home: `/home/${name}`, groups: [...groups] };
  }

  async directories(paths: readonly string[]): Promise<Map<string, DirectoryState | null>> {
    return new Map(
      paths.map((path) => {
        const found = this.directoriesThere.get(path);
        if (found === undefined) return [path, null];
        const children = [...this.directoriesThere.keys()].some((other) => other.startsWith(`${path}/`));
        return [path, { ...found, empty: found.empty && !children }];
      }),
    );
  }

  async firewall(): ReturnType<HostSetup['firewall']> {
    const { places, publishedBy, passedBy } = this;
    return { places, publishedBy, passedBy, nftablesConf: null };
  }

  async writeFile(path: string, text: string | null): Promise<void> {
    if (text === null) this.files.delete(path);
    else this.files.set(path, text);
  }

  async fetchKey(url: string): Promise<string> {
    if (this.wrongKey) throw new AppError('KEY_NOT_TRUSTED', { message: `not the key: ${url}` });
    return 'the key';
  }

  async startInstall(job: string, choices: readonly (readonly string[])[]): Promise<void> {
    if (this.jobs.has(job)) return;
    this.#count('install');
    const ended = (exitCode: number, log: string): void =>
      void this.jobs.set(job, {
        status: exitCode === 0 ? 'succeeded' : 'failed',
        exitCode,
        log,
        nextByte: log.length,
      });
    if (this.installFails !== null) return ended(100, this.installFails.log);
    const chosen = choices.map((names) => names.find((name) => this.repository.has(name)));
    if (chosen.includes(undefined)) return ended(3, 'E: no repository of this server has it');
    for (const name of chosen) this.installed.set(name ?? '', this.repository.get(name ?? '') ?? '');
    if (this.installed.has('docker.io')) this.dockerNow = { engine: '20.10', compose: '1.29', enabled: true };
    ended(0, 'Setting up');
  }

  async installState(job: string): Promise<HostJobState> {
    return this.jobs.get(job) ?? { status: 'absent', exitCode: null, log: '', nextByte: 0 };
  }

  async setDockerService(running: boolean): Promise<void> {
    this.#count('docker');
    this.dockerNow = { ...this.dockerNow, engine: running ? '20.10' : null, enabled: running };
  }

  async addAccount(name: string): Promise<void> {
    this.#count('account');
    if (this.accountsThere.has(name)) throw failed('useradd');
    this.accountsThere.set(name, [name]);
  }

  async removeAccount(name: string): Promise<void> {
    if (!this.accountsThere.delete(name)) throw failed('userdel');
  }

  async setMember(name: string, group: string, member: boolean): Promise<void> {
    const groups = this.accountsThere.get(name);
    if (groups === undefined) throw failed('usermod');
    const others = groups.filter((one) => one !== group);
    this.accountsThere.set(name, member ? [...others, group] : others);
  }

  async makeDirectory(o: { path: string; owner: string; group?: string; mode: string }): Promise<void> {
    if (o.owner !== 'root' && !this.accountsThere.has(o.owner)) throw failed('chown');
    for (const parent of pathAndParents(o.path).slice(0, -1))
      if (!this.directoriesThere.has(parent)) this.directoriesThere.set(parent, { ...ROOTS, empty: true });
    const empty = this.directoriesThere.get(o.path)?.empty ?? true;
    const group = o.group ?? o.owner;
    const mode = o.mode.replace(/^0(?=...)/, '');
    this.directoriesThere.set(o.path, { kind: 'directory', owner: o.owner, group, mode, empty });
  }

  async removeDirectory(path: string): Promise<void> {
    const found = (await this.directories([path])).get(path);
    if (found?.empty === false) throw failed('rmdir');
    this.directoriesThere.delete(path);
  }

  async setRule(place: FirewallPlace, rule: FirewallRule, present: boolean): Promise<void> {
    if (present) this.rules.add(key(place, rule));
    else this.rules.delete(key(place, rule));
  }

  /** Everything that an undo must give back. Packages and jobs stay. */
  snapshot(): unknown {
    return {
      files: [...this.files].sort(),
      accounts: [...this.accountsThere].sort(),
      directories: [...this.directoriesThere].sort(),
      rules: [...this.rules].sort(),
    };
  }

  #count(effect: string): void {
    this.effects[effect] = (this.effects[effect] ?? 0) + 1;
  }
}

const key = (place: FirewallPlace, { from, port }: FirewallRule): string =>
  JSON.stringify([place, from, port]);

const failed = (what: string): AppError => new AppError('COMMAND_FAILED', { message: `${what} failed` });
