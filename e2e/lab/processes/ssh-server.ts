import { chmod, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import type { LabHost } from './lab-host.ts';
import { requireProgram } from './run-program.ts';
import { until } from './until.ts';

/** The sshd of one practice host: own keys, own configuration, port 22 of the host's own address. */
export class SshServer {
  readonly #host: LabHost;

  constructor(host: LabHost) {
    this.#host = host;
  }

  /** Makes host keys (once) and writes sshd_config; `first` lines win over ours. */
  async writeConfiguration(first: readonly string[]): Promise<void> {
    const ssh = this.#host.outside('/etc/ssh');
    const key = path.join(ssh, 'ssh_host_ed25519_key');
    const existing = await readFile(key).catch(() => null);
    if (existing === null)
      await requireProgram(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', this.#host.name, '-f', key]);
    const lines = [
      ...first,
      'Port 22',
      'HostKey /etc/ssh/ssh_host_ed25519_key',
      'UsePAM no',
      'PermitRootLogin no',
      'PasswordAuthentication yes',
      'PidFile /run/sshd.pid',
      'Subsystem sftp internal-sftp',
      '',
    ];
    await writeFile(path.join(ssh, 'sshd_config'), lines.join('\n'));
    await chmod(path.join(ssh, 'sshd_config'), 0o644);
  }

  /** Replaces the host key, as a reinstalled machine has it. */
  async changeHostKey(): Promise<void> {
    await this.#host.require(
      ['rm', '-f', '/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_host_ed25519_key.pub'],
      { as: 'root' },
    );
    const key = this.#host.outside('/etc/ssh/ssh_host_ed25519_key');
    await requireProgram(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', this.#host.name, '-f', key]);
    await this.kill();
    await this.start();
  }

  /** The public host key, one line in OpenSSH's form. */
  async hostKeyLine(): Promise<string> {
    return (await readFile(this.#host.outside('/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8')).trim();
  }

  async start(): Promise<void> {
    await this.#host.require(['/usr/sbin/sshd', '-E', '/var/log/sshd.log'], { as: 'root' });
    await until(`sshd of ${this.#host.name} answers`, () => answersAsSsh(this.#host.address), {
      timeoutMs: 10_000,
    });
  }

  /** Kills the listener and every session. */
  async kill(): Promise<void> {
    await this.#host.run(['pkill', '-KILL', '-x', 'sshd'], { as: 'root' });
    await until(`sshd of ${this.#host.name} ends`, async () => {
      const left = await this.#host.run(['pgrep', '-x', 'sshd'], { as: 'root' });
      return left.exitCode !== 0;
    });
  }

  /** Kills the sessions only: new connections are served. */
  async killSessions(): Promise<void> {
    await this.#host.run(['pkill', '-KILL', '-f', '^sshd: dba'], { as: 'root' });
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

function answersAsSsh(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 500 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (chunk) => end(chunk.toString('latin1').startsWith('SSH-2.0')));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
