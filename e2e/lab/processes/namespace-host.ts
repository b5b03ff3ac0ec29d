import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chown, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { asRoot } from './as-root.ts';
import { LAB_USERS, writeHostFiles, type LabUser, type SudoRule } from './host-files.ts';
import type { HostFiles, HostIsolation } from './host-isolation.ts';
import {
  attachHost,
  cutHost,
  detachHost,
  restoreHost,
  type CutDirection,
  type LabNetwork,
} from './lab-network.ts';
import { runProgram } from './run-program.ts';
import { until } from './until.ts';

const INIT_SCRIPT = fileURLToPath(new URL('./host-init.sh', import.meta.url));
const NAMESPACES = [
  '--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--kill-child', '--mount-proc',
] as const; // prettier-ignore

interface NamespaceHostOptions {
  name: string;
  root: string;
  network: LabNetwork;
  /** Which address of the network is the host's. */
  index: number;
  sudo: SudoRule;
  /** Size of /srv in MiB; 0 = not limited. */
  diskMib: number;
}

/**
 * A host as a set of namespaces with its own address, processes, users, /etc, /home, /srv and sshd.
 * Everything in it dies with its process 1, and process 1 dies with the lab.
 */
export class NamespaceHost implements HostIsolation {
  readonly sshPort = 22;
  readonly systemUser = 'root';
  readonly root: string;
  readonly #o: NamespaceHostOptions;
  #process: ChildProcess | null = null;
  #pid = 0;

  constructor(o: NamespaceHostOptions) {
    this.#o = o;
    this.root = o.root;
  }

  get pid(): number {
    return this.#pid;
  }

  path(hostPath: string): string {
    return hostPath;
  }

  writeFiles({ password, hosts }: HostFiles): Promise<void> {
    return writeHostFiles(this.root, { name: this.#o.name, password, sudo: this.#o.sudo, hosts });
  }

  sshdConfig(): string[] {
    return [];
  }

  /** Made as root already. */
  ownSystemFile(): Promise<void> {
    return Promise.resolve();
  }

  async own(file: string, user: LabUser): Promise<void> {
    await chown(file, LAB_USERS[user].uid, LAB_USERS[user].gid);
  }

  async start(): Promise<void> {
    if (this.#process !== null) throw new Error(`host ${this.#o.name} is running`);
    const init = ['bash', INIT_SCRIPT, this.root, this.#o.name, String(this.#o.diskMib)];
    const [program, ...args] = asRoot(['unshare', ...NAMESPACES, ...init]);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, cwd: '/' });
    this.#process = child;
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const ready = await new Promise<boolean>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', (line) => resolve(line === 'ready'));
      child.once('error', reject);
      child.once('exit', () => resolve(false));
    });
    if (!ready) throw new Error(`host ${this.#o.name} did not boot: ${complaint.trim()}`);
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    this.#pid = Number(children.trim());
    if (!(this.#pid > 0)) throw new Error(`process 1 of host ${this.#o.name} was not found`);
    await attachHost(this.#o.network, this.#o.index, this.#pid);
  }

  async end(): Promise<void> {
    const child = this.#process;
    if (child === null) return;
    this.#process = null;
    // Processes end one after the other, and a server without its walsender could still answer.
    await detachHost(this.#o.network, this.#o.index);
    if (this.#pid > 0) {
      try {
        process.kill(this.#pid, 'SIGKILL');
      } catch {
        // It had ended already.
      }
    }
    child.stdin?.destroy();
    await until(`host ${this.#o.name} ends`, () => child.exitCode !== null || child.signalCode !== null, {
      timeoutMs: 10_000,
    });
    this.#pid = 0;
  }

  inside(as: LabUser, argv: readonly [string, ...string[]]): [string, ...string[]] {
    const { uid, gid, home } = LAB_USERS[as];
    return [
      'nsenter', '-t', String(this.#pid), '-m', '-u', '-i', '-n', '-p', '--',
      'setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups',
      'env', '-i', `HOME=${home}`, `USER=${as}`, 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C.UTF-8',
      ...argv,
    ]; // prettier-ignore
  }

  async killSsh(which: 'all' | 'sessions'): Promise<void> {
    const pattern = which === 'all' ? ['-x', 'sshd'] : ['-f', '^sshd: dba'];
    await runProgram(this.inside('root', ['pkill', '-KILL', ...pattern]));
    if (which === 'sessions') return;
    await until(`sshd of ${this.#o.name} ends`, async () => {
      const left = await runProgram(this.inside('root', ['pgrep', '-x', 'sshd']));
      return left.exitCode !== 0;
    });
  }

  async cutNetwork(direction: CutDirection, peerAddress: string | null): Promise<void> {
    await cutHost(this.#pid, direction, peerAddress);
  }

  async restoreNetwork(): Promise<void> {
    await restoreHost(this.#pid);
  }
}
