import {
  requireProgram,
  type ProgramResult,
  type RunProgramOptions,
} from '#e2e/lab/processes/run-program.ts';
import { until } from '#e2e/lab/processes/until.ts';
import type { ContainerEngine } from './container-engine.ts';
import { HostCable } from './host-cable.ts';
import { HostClock } from './host-clock.ts';
import type { DebianSuite } from './debian-suite.ts';
import { runArguments, suiteOf, type HostPlace, type ServerOptions } from './run-arguments.ts';

type Argv = readonly [string, ...string[]];
type RunAs = RunProgramOptions & { as?: string };

/** A start gate of PostgreSQL may hold a boot up for a minute. */
const BOOT_MS = 150_000;
const FILLER = '/var/lib/postgresql/filler';
const SHUTDOWN_S = 45;
/** `degraded`: some unit failed that a container cannot have; the boot is over all the same. */
const BOOTED = ['running', 'degraded'];
const SUDOERS = {
  none: '',
  nopasswd: 'admin ALL=(ALL:ALL) NOPASSWD: ALL\n',
  password: 'Defaults timestamp_timeout=0\nadmin ALL=(ALL:ALL) ALL\n',
} as const;

/** A practice host that is a whole server: systemd, sshd, users root, admin and postgres, its own Docker engine. */
export class ServerHost {
  readonly name: string;
  readonly address: string;
  readonly suite: DebianSuite;
  /** Who logs in; `admin` and `root` may both do so with the same key. */
  readonly user: 'admin' | 'root';
  /** What sudo asks `admin` for; null = nothing. */
  readonly sudoPassword: string | null;
  readonly sshPort = 22;
  /** Its plug and cable. */
  readonly cable: HostCable;
  /** Needs `ownClock`. */
  readonly clock: HostClock;
  readonly #engine: ContainerEngine;
  readonly #place: HostPlace;
  readonly #options: ServerOptions;

  constructor(engine: ContainerEngine, place: HostPlace, options: ServerOptions) {
    this.#engine = engine;
    this.#place = place;
    this.#options = options;
    this.name = options.name;
    this.user = options.user ?? 'admin';
    this.sudoPassword = options.sudo === 'password' ? (options.password ?? null) : null;
    this.address = place.address;
    this.suite = suiteOf(options);
    this.cable = new HostCable(place, (argv, o) => this.require(argv, { ...o, as: 'root' }));
    this.clock = new HostClock(this);
  }

  /** The first boot: container, users, keys, locale. */
  async create(publicKeyLine: string): Promise<void> {
    await this.#engine.require(['run', '-d', ...runArguments(this.#place, this.#options)], {
      timeoutMs: BOOT_MS,
    });
    const { sudo = 'nopasswd', language = 'en', password = null, docker = false } = this.#options;
    if (this.#place.disk !== null) await this.require(['chown', 'postgres:', '/var/lib/postgresql']);
    const locale = language === 'de' ? 'LANG=de_DE.UTF-8\nLANGUAGE=de\n' : 'LANG=C.UTF-8\n';
    await this.writeFile('/etc/default/locale', locale);
    await this.writeFile('/etc/sudoers.d/admin', SUDOERS[sudo], { mode: '440' });
    for (const [home, owner] of [['/root', 'root'], ['/home/admin', 'admin']] as const) {
      await this.writeFile(`${home}/.ssh/authorized_keys`, `${publicKeyLine}\n`, { mode: '600', owner });
    } // prettier-ignore
    if (password !== null) await this.require(['chpasswd'], { as: 'root', input: `admin:${password}` });
    await this.untilBooted();
    if (this.#options.ownClock === true) await this.clock.lay();
    if (docker) await this.#startDocker();
  }

  /** Docker starts at each boot from now on. */
  async #startDocker(): Promise<void> {
    await this.require(['systemctl', 'enable', '-q', '--now', 'docker.service'], { as: 'root' });
    await this.require(['usermod', '-aG', 'docker', 'admin'], { as: 'root' });
  }

  /** Until systemd has started what it starts and sshd listens. */
  async untilBooted(): Promise<void> {
    const booted = async () => {
      const { stdout } = await this.run(['systemctl', 'is-system-running'], { as: 'root' });
      return BOOTED.includes(stdout.trim());
    };
    await until(`${this.name} boots`, booted, { timeoutMs: BOOT_MS, everyMs: 100 });
    const listens = ['systemctl', 'is-active', '-q', 'ssh'] as const;
    await until(`sshd of ${this.name}`, async () => (await this.run(listens)).exitCode === 0);
  }

  /** Where the packages put the programs of PostgreSQL. */
  get binDirectory(): string {
    return `/usr/lib/postgresql/${this.suite.postgresMajor}/bin`;
  }

  /** Runs a program on the host, as root unless told otherwise; resolves with any exit code. */
  run(argv: Argv, { as = 'root', ...o }: RunAs = {}): Promise<ProgramResult> {
    return this.#engine.run(this.#exec(as, argv, o), withoutEnv(o));
  }

  /** As `run`; a non-zero exit code is an error. */
  require(argv: Argv, { as = 'root', ...o }: RunAs = {}): Promise<ProgramResult> {
    return this.#engine.require(this.#exec(as, argv, o), withoutEnv(o));
  }

  /** The command line that runs `argv` on this host as `as`, for programs that stay open. */
  command(argv: Argv, as = 'root'): [string, ...string[]] {
    return this.#engine.command(this.#exec(as, argv, {}));
  }

  #exec(as: string, argv: Argv, o: RunProgramOptions): [string, ...string[]] {
    const variables = Object.entries({ LC_ALL: 'C.UTF-8', ...o.env }).flatMap(([k, v]) => [
      '-e',
      `${k}=${v}`,
    ]);
    return ['exec', '-i', '-u', as, '-w', o.cwd ?? '/', ...variables, this.#place.container, ...argv];
  }

  /** Writes a file of the host whole, with its folder; `mode` in octal, default 644, owner root. */
  async writeFile(file: string, text: string, o: { mode?: string; owner?: string } = {}): Promise<void> {
    const script = 'mkdir -p -- "${1%/*}" && cat > "$1" && chmod "$2" -- "$1" && chown "$3": -- "$1"';
    const args = [file, o.mode ?? '644', o.owner ?? 'root'];
    await this.require(['sh', '-c', script, 'sh', ...args], { as: 'root', input: text });
  }

  /** The text of a file of the host. */
  async readFile(file: string): Promise<string> {
    return (await this.require(['cat', '--', file], { as: 'root' })).stdout;
  }

  /** Opens the account that Tandem logs in to for one more key. */
  async authorizeKey(publicLine: string): Promise<void> {
    const file = `${this.user === 'root' ? '/root' : '/home/admin'}/.ssh/authorized_keys`;
    await this.require(['sh', '-c', 'cat >> "$1"', 'sh', file], { as: this.user, input: `${publicLine}\n` });
  }

  /** The public host key, one line in OpenSSH's form. */
  async hostKeyLine(): Promise<string> {
    return (await this.readFile('/etc/ssh/ssh_host_ed25519_key.pub')).trim();
  }

  /** Brings an image of the lab's engine to the host's own engine; needs `docker`. */
  async loadImage(image: string): Promise<void> {
    const script = 'set -o pipefail; "$1" "$2" "$3" save "$4" | "$1" "$2" "$3" exec -i "$5" docker load -q';
    const words = [...this.#engine.command(['save']).slice(0, 3), image, this.#place.container];
    await requireProgram(['bash', '-c', script, 'bash', ...words], { elevated: false, timeoutMs: BOOT_MS });
  }

  /** An orderly reboot: services are stopped and started as systemd does. */
  async reboot(): Promise<void> {
    await this.#engine.require(['restart', '-t', String(SHUTDOWN_S), this.#place.container], {
      timeoutMs: 2 * BOOT_MS,
    });
    await this.untilBooted();
  }

  /** Power is gone: every process of the host ends at once; its files stay. */
  async losePower(): Promise<void> {
    // Nothing that it still says while it ends is heard.
    await this.cable.unplug();
    await this.#engine.require(['kill', this.#place.container]);
  }

  /** Boots after a loss of power. */
  async powerOn(): Promise<void> {
    await this.#engine.require(['start', this.#place.container], { timeoutMs: BOOT_MS });
    await this.untilBooted();
  }

  /** Leaves nothing of the disk free, until `freeDisk`; needs `diskMib`. */
  async fillDisk(): Promise<void> {
    if (this.#place.disk === null) throw new Error(`${this.name} has no disk of limited size`);
    // The last block fails, which is what was asked for.
    await this.run(['dd', 'if=/dev/zero', `of=${FILLER}`, 'bs=1M', 'status=none']);
  }

  async freeDisk(): Promise<void> {
    await this.require(['rm', '-f', FILLER]);
  }

  /** Nothing of the host runs until `thaw`; its network connections stay open and silent. */
  async freeze(): Promise<void> {
    await this.#engine.require(['pause', this.#place.container]);
  }

  async thaw(): Promise<void> {
    await this.#engine.require(['unpause', this.#place.container]);
  }

  /** Removes the host with all that it held. */
  async remove(): Promise<void> {
    await this.#engine.run(['rm', '-fv', this.#place.container], { timeoutMs: BOOT_MS });
    await this.#engine.run(['volume', 'rm', '-f', this.#place.volume]);
  }
}

/** What the client's own environment must not become. */
function withoutEnv({ input, timeoutMs }: RunProgramOptions): RunProgramOptions {
  return { ...(input === undefined ? {} : { input }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}
