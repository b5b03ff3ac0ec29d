import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAB_USERS, passwordHash, type LabUser } from './host-files.ts';
import type { HostFiles, HostIsolation } from './host-isolation.ts';
import { HOST_MARK, killAll, processesOf, sshProcessesOf } from './host-processes.ts';
import { runProgram } from './run-program.ts';
import { until } from './until.ts';

const WARDEN = fileURLToPath(new URL('./loopback-warden.ts', import.meta.url));
/** Lets a process see users of its own; Debian's package libnss-wrapper. */
const NSS_WRAPPER = 'libnss_wrapper.so';
const FOLDERS = ['etc/ssh', 'home/dba/.ssh', 'srv/postgres', 'tmp', 'var/log', 'run'];
/** Every user may listen there. */
const SSH_PORT = 2222;

/**
 * A host as a folder, an address of 127.0.0.0/8 and ports of its own. Its one user `dba` is, for the
 * kernel, the user who runs the lab (for root: a user without a name here), since PostgreSQL refuses
 * root. Processes, users and networks are the machine's, so no network can be cut here.
 */
export class LoopbackHost implements HostIsolation {
  readonly sshPort = SSH_PORT;
  readonly systemUser = 'dba';
  readonly root: string;
  readonly #name: string;
  readonly #address: string;
  #warden: ChildProcess | null = null;

  constructor(o: { name: string; root: string; address: string }) {
    this.root = o.root;
    this.#name = o.name;
    this.#address = o.address;
  }

  get pid(): number {
    throw new Error(`practice host ${this.#name} on a loopback address has no process 1`);
  }

  path(hostPath: string): string {
    return path.join(this.root, hostPath);
  }

  async writeFiles({ password, hosts }: HostFiles): Promise<void> {
    for (const folder of FOLDERS) await mkdir(this.path(folder), { recursive: true });
    const { uid, gid } = kernelUser();
    const home = this.path('/home/dba');
    const hash = password === null ? '*' : await passwordHash(password);
    const files = {
      passwd: `root:x:0:0:root:/root:/bin/bash\ndba:x:${uid}:${gid}:database administrator:${home}:/bin/bash\n`,
      group: `root:x:0:\ndba:x:${gid}:\n`,
      shadow: `root:*:20000:0:99999:7:::\ndba:${hash}:20000:0:99999:7:::\n`,
      hosts: [...hosts].map(([name, address]) => `${address} ${name}\n`).join(''),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(this.path(`/etc/${name}`), text);
    await chmod(this.path('/home/dba/.ssh'), 0o700);
    for (const folder of ['', 'home', 'etc', ...FOLDERS, 'srv', 'var', 'home/dba'])
      await this.own(this.path(folder));
    for (const name of Object.keys(files)) await this.own(this.path(`/etc/${name}`));
  }

  /** One SetEnv line counts, the first. */
  sshdConfig(): string[] {
    const variables = Object.entries(this.#environment()).map(([name, value]) => `${name}=${value}`);
    return [`ListenAddress ${this.#address}`, `SetEnv ${variables.join(' ')}`];
  }

  ownSystemFile(file: string): Promise<void> {
    return this.own(file);
  }

  async own(file: string): Promise<void> {
    if (process.getuid?.() !== 0) return;
    await chown(file, kernelUser().uid, kernelUser().gid);
  }

  async start(): Promise<void> {
    if (this.#warden !== null) throw new Error(`host ${this.#name} is running`);
    const warden = spawn(process.execPath, [WARDEN, this.root], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    this.#warden = warden;
    await once(warden.stdout, 'data');
  }

  async end(): Promise<void> {
    const warden = this.#warden;
    if (warden === null) return;
    this.#warden = null;
    const ended = once(warden, 'exit');
    const pids = await processesOf(this.root);
    killAll(pids);
    warden.stdin?.destroy();
    await ended;
    // A process that is dead and not yet collected still holds PostgreSQL's lock file.
    await until(`host ${this.#name} ends`, () => pids.every((pid) => !existsSync(`/proc/${pid}`)));
  }

  inside(as: LabUser, argv: readonly [string, ...string[]]): [string, ...string[]] {
    if (as !== 'dba') throw new Error(`practice host ${this.#name} on a loopback address has no user ${as}`);
    const { uid, gid } = kernelUser();
    const drop =
      process.getuid?.() === 0 ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : [];
    const variables = Object.entries(this.#environment()).map(([name, value]) => `${name}=${value}`);
    const [program, ...args] = [
      ...drop,
      'env',
      '-C',
      this.path('/home/dba'),
      '-i',
      ...variables,
      ...argv,
    ] as [string];
    return [program, ...args];
  }

  /** What makes a program see the host's users and be known as the host's. */
  #environment(): Record<string, string> {
    return {
      HOME: this.path('/home/dba'),
      USER: 'dba',
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C.UTF-8',
      LD_PRELOAD: NSS_WRAPPER,
      NSS_WRAPPER_PASSWD: this.path('/etc/passwd'),
      NSS_WRAPPER_GROUP: this.path('/etc/group'),
      NSS_WRAPPER_SHADOW: this.path('/etc/shadow'),
      NSS_WRAPPER_HOSTS: this.path('/etc/hosts'),
      [HOST_MARK]: this.root,
    };
  }

  async killSsh(which: 'all' | 'sessions'): Promise<void> {
    killAll(await sshProcessesOf(this.root, which));
    if (which === 'sessions') return;
    await until(
      `sshd of ${this.#name} ends`,
      async () => (await sshProcessesOf(this.root, 'all')).length === 0,
    );
  }

  cutNetwork(): Promise<void> {
    return Promise.reject(new Error('a loopback address cannot be cut'));
  }

  restoreNetwork(): Promise<void> {
    return Promise.resolve();
  }
}

/** Whether the library is there with which a program sees other users than the machine's. */
export async function hasUsersOfItsOwn(): Promise<boolean> {
  const file = await runProgram(['sh', '-c', `ls /usr/lib/*/${NSS_WRAPPER}`]);
  return file.exitCode === 0;
}

function kernelUser(): { uid: number; gid: number } {
  return process.getuid?.() === 0 ? LAB_USERS.dba : userInfo();
}
