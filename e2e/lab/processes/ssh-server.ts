import { existsSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { HostIsolation } from './host-isolation.ts';
import { requireProgram } from './run-program.ts';
import { until } from './until.ts';

/** What the sshd needs to know of its host. */
export interface SshHost {
  readonly name: string;
  readonly address: string;
  readonly sshPort: number;
  /** A path of the host, as this machine sees it. */
  outside(hostPath: string): string;
}

/** The sshd of one practice host: own keys, own configuration, a port of the host's own address. */
export class SshServer {
  readonly #host: SshHost;
  readonly #isolation: HostIsolation;

  constructor(host: SshHost, isolation: HostIsolation) {
    this.#host = host;
    this.#isolation = isolation;
  }

  get #keyFile(): string {
    return this.#host.outside('/etc/ssh/ssh_host_ed25519_key');
  }

  /** Makes host keys (once) and writes sshd_config; `first` lines win over ours. */
  async writeConfiguration(first: readonly string[]): Promise<void> {
    if (!existsSync(this.#keyFile)) await this.#makeKey();
    const file = this.#host.outside('/etc/ssh/sshd_config');
    const lines = [
      ...first,
      ...this.#isolation.sshdConfig(),
      `Port ${this.#isolation.sshPort}`,
      `HostKey ${this.#isolation.path('/etc/ssh/ssh_host_ed25519_key')}`,
      'UsePAM no',
      'PermitRootLogin no',
      'PasswordAuthentication yes',
      `PidFile ${this.#isolation.path('/run/sshd.pid')}`,
      'Subsystem sftp internal-sftp',
      '',
    ];
    await writeFile(file, lines.join('\n'));
    await chmod(file, 0o644);
  }

  async #makeKey(): Promise<void> {
    const comment = ['-N', '', '-C', this.#host.name];
    await requireProgram(['ssh-keygen', '-q', '-t', 'ed25519', ...comment, '-f', this.#keyFile]);
    await this.#isolation.ownSystemFile(this.#keyFile);
  }

  /** Replaces the host key, as a reinstalled machine has it. */
  async changeHostKey(): Promise<void> {
    for (const file of [this.#keyFile, `${this.#keyFile}.pub`]) await rm(file, { force: true });
    await this.#makeKey();
    await this.kill();
    await this.start();
  }

  /** The public host key, one line in OpenSSH's form. */
  async hostKeyLine(): Promise<string> {
    return (await readFile(this.#host.outside('/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')).trim();
  }

  async start(): Promise<void> {
    const isolation = this.#isolation;
    const host = this.#host;
    const files = ['-f', isolation.path('/etc/ssh/sshd_config'), '-E', isolation.path('/var/log/sshd.log')];
    await requireProgram(isolation.inside(isolation.systemUser, ['/usr/sbin/sshd', ...files]));
    const answers = () => answersAsSsh(host.address, host.sshPort);
    await until(`sshd of ${host.name} answers`, answers, { timeoutMs: 10_000 });
  }

  /** Kills the listener and every session. */
  async kill(): Promise<void> {
    await this.#isolation.killSsh('all');
  }

  /** Kills the sessions only: new connections are served. */
  async killSessions(): Promise<void> {
    await this.#isolation.killSsh('sessions');
  }

  /** Puts lines in front of the configuration and starts sshd anew; none = as it was. */
  async reconfigure(...first: string[]): Promise<void> {
    await this.writeConfiguration(first);
    await this.kill();
    await this.start();
  }

  /** What sshd logged. */
  async log(): Promise<string> {
    return readFile(this.#host.outside('/var/log/sshd.log'), 'utf8').catch(() => '');
  }
}

function answersAsSsh(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 500 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (chunk) => end(chunk.toString('latin1').startsWith('SSH-2.0')));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
