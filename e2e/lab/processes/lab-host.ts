import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { appendFile, chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { asRoot } from './as-root.ts';
import { attachHost, cutHost, restoreHost, type CutDirection, type LabNetwork } from './lab-network.ts';
import { LAB_USERS, writeHostFiles, type LabUser, type SudoRule } from './host-files.ts';
import { requireProgram, runProgram, type ProgramResult, type RunProgramOptions } from './run-program.ts';
import { SshServer } from './ssh-server.ts';
import { until } from './until.ts';

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

const INIT_SCRIPT = fileURLToPath(new URL('./host-init.sh', import.meta.url));

/**
 * One practice host: a set of namespaces with its own address, processes, users, /etc, /home, /srv and
 * sshd. Everything in it dies with its process 1, and process 1 dies with the lab.
 */
export class LabHost {
  readonly name: string;
  readonly address: string;
  readonly sshPort = 22;
  readonly user = 'dba';
  readonly root: string;
  readonly ssh: SshServer;
  readonly #options: LabHostOptions;
  readonly #network: LabNetwork;
  readonly #index: number;
  #process: ChildProcess | null = null;
  #pid = 0;

  constructor(labDir: string, network: LabNetwork, index: number, options: LabHostOptions) {
    this.name = options.name;
    this.address = network.address(index);
    this.root = path.join(labDir, 'hosts', options.name);
    this.#options = options;
    this.#network = network;
    this.#index = index;
    this.ssh = new SshServer(this);
  }

  /** Process 1 of the host, as this machine numbers it. */
  get pid(): number {
    return this.#pid;
  }

  /** Boots the host: files, namespaces, network, sshd. */
  async boot(hosts: ReadonlyMap<string, string>): Promise<void> {
    await writeHostFiles(this.root, {
      name: this.name,
      password: this.#options.password ?? null,
      sudo: this.#options.sudo ?? 'none',
      hosts,
    });
    await this.ssh.writeConfiguration(this.#options.sshdConfig ?? []);
    await this.#startInit();
    await attachHost(this.#network, this.#index, this.#pid);
    await this.ssh.start();
  }

  async #startInit(): Promise<void> {
    const namespaces = [
      '--mount',
      '--uts',
      '--ipc',
      '--net',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
    ];
    const init = ['bash', INIT_SCRIPT, this.root, this.name, String(this.#options.diskMib ?? 0)];
    const [program, ...args] = asRoot(['unshare', ...namespaces, ...init]);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, cwd: '/' });
    this.#process = child;
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const ready = await new Promise<boolean>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', (line) => resolve(line === 'ready'));
      child.once('error', reject);
      child.once('exit', () => resolve(false));
    });
    if (!ready) throw new Error(`host ${this.name} did not boot: ${complaint.trim()}`);
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    this.#pid = Number(children.trim());
    if (!(this.#pid > 0)) throw new Error(`process 1 of host ${this.name} was not found`);
  }

  /** Runs a program on the host, as `dba` unless told otherwise; resolves with any exit code. */
  run(
    argv: readonly [string, ...string[]],
    o: RunProgramOptions & { as?: LabUser } = {},
  ): Promise<ProgramResult> {
    return runProgram(this.#inside(o.as ?? 'dba', argv), o);
  }

  /** As `run`; a non-zero exit code is an error. */
  require(
    argv: readonly [string, ...string[]],
    o: RunProgramOptions & { as?: LabUser } = {},
  ): Promise<ProgramResult> {
    return requireProgram(this.#inside(o.as ?? 'dba', argv), o);
  }

  /** The command line that runs `argv` on this host, for programs that stay open. */
  command(argv: readonly [string, ...string[]]): [string, ...string[]] {
    return this.#inside('dba', argv);
  }

  #inside(as: LabUser, argv: readonly [string, ...string[]]): [string, ...string[]] {
    const { uid, gid, home } = LAB_USERS[as];
    return [
      'nsenter', '-t', String(this.#pid), '-m', '-u', '-i', '-n', '-p', '--',
      'setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups',
      'env', '-i', `HOME=${home}`, `USER=${as}`, 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C.UTF-8',
      ...argv,
    ]; // prettier-ignore
  }

  /** Where a path of the host lies on this machine; only below /etc, /home, /srv, /tmp, /var/lib, /var/log. */
  outside(hostPath: string): string {
    return path.join(this.root, hostPath);
  }

  /** Lets a public key (one line) log in as `dba`. */
  async authorizeKey(publicLine: string): Promise<void> {
    const file = this.outside('/home/dba/.ssh/authorized_keys');
    await mkdir(path.dirname(file), { recursive: true });
    await appendFile(file, `${publicLine.trim()}\n`);
    await chmod(file, 0o600);
    await chown(file, LAB_USERS.dba.uid, LAB_USERS.dba.gid);
  }

  /** Takes every authorized key away. */
  async forgetKeys(): Promise<void> {
    await rm(this.outside('/home/dba/.ssh/authorized_keys'), { force: true });
  }

  /** Writes a file of the host as root; for test arrangements. */
  async writeFile(hostPath: string, text: string, o: { mode: number; as: LabUser }): Promise<void> {
    const file = this.outside(hostPath);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, o.mode);
    await chown(file, LAB_USERS[o.as].uid, LAB_USERS[o.as].gid);
  }

  /** Drops packets silently; with `peer`, only those from and to that host. */
  async cutNetwork(direction: CutDirection = 'both', peer?: LabHost): Promise<void> {
    await cutHost(this.#pid, direction, peer?.address ?? null);
  }

  async restoreNetwork(): Promise<void> {
    await restoreHost(this.#pid);
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
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    const pid = this.#pid;
    if (pid > 0) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It had ended already.
      }
    }
    child.stdin?.destroy();
    await until(`host ${this.name} ends`, () => child.exitCode !== null || child.signalCode !== null, {
      timeoutMs: 10_000,
    });
    this.#pid = 0;
  }

  /** Boots again after `powerOff`; PostgreSQL does not start by itself. */
  async powerOn(): Promise<void> {
    if (this.#process !== null) throw new Error(`host ${this.name} is running`);
    await this.#startInit();
    await attachHost(this.#network, this.#index, this.#pid);
    await this.ssh.start();
  }
}
