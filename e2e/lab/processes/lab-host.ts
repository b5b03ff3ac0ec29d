import { appendFile, chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LabUser, SudoRule } from './host-files.ts';
import type { HostIsolation } from './host-isolation.ts';
import type { CutDirection } from './lab-network.ts';
import { requireProgram, runProgram, type ProgramResult, type RunProgramOptions } from './run-program.ts';
import { SshServer } from './ssh-server.ts';

export interface LabHostOptions {
  name: string;
  /** Login password of `dba`; none when absent (public key only). */
  password?: string;
  /** What `dba` may do through sudo; default none: it owns its data directories itself. */
  sudo?: SudoRule;
  /** Lines added in front of the host's sshd_config. */
  sshdConfig?: readonly string[];
  /** Size of the file system that holds the data directories; not limited when absent. */
  diskMib?: number;
}

/** One practice host: an address, files, one user `dba` with others where the kind allows it, and its sshd. */
export class LabHost {
  readonly name: string;
  readonly address: string;
  /** Where PostgreSQL of this host listens unless told otherwise; hosts that share a network differ. */
  readonly postgresPort: number;
  readonly user = 'dba';
  readonly ssh: SshServer;
  readonly #options: LabHostOptions;
  readonly #isolation: HostIsolation;

  constructor(o: {
    options: LabHostOptions;
    address: string;
    postgresPort: number;
    isolation: HostIsolation;
  }) {
    this.name = o.options.name;
    this.address = o.address;
    this.postgresPort = o.postgresPort;
    this.#options = o.options;
    this.#isolation = o.isolation;
    this.ssh = new SshServer(this, o.isolation);
  }

  get sshPort(): number {
    return this.#isolation.sshPort;
  }

  /** Process 1 of the host, as this machine numbers it; none on a loopback address. */
  get pid(): number {
    return this.#isolation.pid;
  }

  /** Boots the host: files, isolation, network, sshd. */
  async boot(hosts: ReadonlyMap<string, string>): Promise<void> {
    await this.#isolation.writeFiles({ password: this.#options.password ?? null, hosts });
    await this.ssh.writeConfiguration(this.#options.sshdConfig ?? []);
    await this.powerOn();
  }

  /** The public host key, one line in OpenSSH's form. */
  hostKeyLine(): Promise<string> {
    return this.ssh.hostKeyLine();
  }

  /** Runs a program on the host, as `dba` unless told otherwise; resolves with any exit code. */
  run(
    argv: readonly [string, ...string[]],
    o: RunProgramOptions & { as?: LabUser } = {},
  ): Promise<ProgramResult> {
    return runProgram(this.#isolation.inside(o.as ?? 'dba', argv), o);
  }

  /** As `run`; a non-zero exit code is an error. */
  require(
    argv: readonly [string, ...string[]],
    o: RunProgramOptions & { as?: LabUser } = {},
  ): Promise<ProgramResult> {
    return requireProgram(this.#isolation.inside(o.as ?? 'dba', argv), o);
  }

  /** The command line that runs `argv` on this host, for programs that stay open. */
  command(argv: readonly [string, ...string[]]): [string, ...string[]] {
    return this.#isolation.inside('dba', argv);
  }

  /** Where a path of the host lies on this machine; only below /etc, /home, /srv, /tmp, /var/lib, /var/log. */
  outside(hostPath: string): string {
    const { root } = this.#isolation;
    return hostPath.startsWith(`${root}/`) ? hostPath : path.join(root, hostPath);
  }

  /** How programs of the host name a path like `/srv/postgres`. */
  path(hostPath: string): string {
    return this.#isolation.path(hostPath);
  }

  /** Lets a public key (one line) log in as `dba`. */
  async authorizeKey(publicLine: string): Promise<void> {
    const file = this.outside('/home/dba/.ssh/authorized_keys');
    await mkdir(path.dirname(file), { recursive: true });
    await appendFile(file, `${publicLine.trim()}\n`);
    await chmod(file, 0o600);
    await this.#isolation.own(file, 'dba');
  }

  /** Takes every authorized key away. */
  async forgetKeys(): Promise<void> {
    await rm(this.outside('/home/dba/.ssh/authorized_keys'), { force: true });
  }

  /** Writes a file of the host; for test arrangements. */
  async writeFile(hostPath: string, text: string, o: { mode: number; as: LabUser }): Promise<void> {
    const file = this.outside(hostPath);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, o.mode);
    await this.#isolation.own(file, o.as);
  }

  /** Drops packets silently; with `peer`, only those from and to that host. */
  async cutNetwork(direction: CutDirection = 'both', peer?: LabHost): Promise<void> {
    await this.#isolation.cutNetwork(direction, peer?.address ?? null);
  }

  async restoreNetwork(): Promise<void> {
    await this.#isolation.restoreNetwork();
  }

  /** Leaves `freeMib` of the file system under /srv free; undone by `freeDisk`. Needs `diskMib`. */
  async fillDisk(freeMib = 0): Promise<void> {
    if (this.#options.diskMib === undefined) throw new Error(`host ${this.name} has no limited disk to fill`);
    const { stdout } = await this.require(['df', '--output=avail', '-B1M', '/srv'], { as: 'root' });
    const fillMib = Number(stdout.split('\n')[1]) - freeMib;
    if (fillMib <= 0) return;
    // A server that writes at the same time makes the last block fail, which is what was asked for.
    await this.run(['dd', 'if=/dev/zero', 'of=/srv/filler', 'bs=1M', `count=${fillMib}`, 'status=none'], {
      as: 'root',
    });
  }

  async freeDisk(): Promise<void> {
    await this.require(['rm', '-f', '/srv/filler'], { as: 'root' });
  }

  /** A power loss: everything on the host ends at once; its files stay. */
  async powerOff(): Promise<void> {
    await this.#isolation.end();
  }

  /** A reset: everything on the host ends at once, also where its disk would not outlive `powerOff`. */
  async reset(): Promise<void> {
    await this.run(['sh', '-c', 'kill -KILL -1'], { as: 'root' });
    await this.ssh.start();
  }

  /** Boots again after `powerOff`; PostgreSQL does not start by itself. */
  async powerOn(): Promise<void> {
    await this.#isolation.start();
    await this.ssh.start();
  }
}
