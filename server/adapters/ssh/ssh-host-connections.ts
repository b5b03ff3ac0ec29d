import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type {
  HostConnections,
  HostKeyOffer,
  HostTransport,
  SshTarget,
} from '#server/ports/host-transport.ts';
import { ConnectionAttempts } from './connection-attempts.ts';
import { logIn, offeredHostKey } from './log-in.ts';
import { openSocket, requireSshBanner } from './open-socket.ts';
import { SshTransport } from './ssh-transport.ts';

/** Longest time until a port answers, ms. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Socket, banner, handshake and login together. */
const READY_TIMEOUT_MS = 20_000;

interface Kept {
  fingerprint: string;
  transport: SshTransport;
}

/** All SSH connections of a process: one per server, kept, and shared by everybody who asks. */
export class SshHostConnections implements HostConnections {
  readonly #kept = new Map<string, Kept>();

  async connect(target: SshTarget, o: { signal: AbortSignal }): Promise<HostTransport> {
    const transport = this.#transport(target);
    await transport.ready({ signal: o.signal, timeoutMs: READY_TIMEOUT_MS });
    return transport;
  }

  #transport(target: SshTarget): SshTransport {
    const fingerprint = targetFingerprint(target);
    const known = this.#kept.get(target.serverId);
    if (known?.fingerprint === fingerprint) return known.transport;
    void known?.transport.close();
    const attempts = new ConnectionAttempts(async (signal) => {
      const socket = await this.#reach(target, { signal, timeoutMs: CONNECT_TIMEOUT_MS });
      return logIn(target, socket, signal);
    });
    const transport = new SshTransport(target, attempts);
    this.#kept.set(target.serverId, { fingerprint, transport });
    return transport;
  }

  /** A stream to the target's SSH port, straight or through its jump host. */
  async #reach(
    target: Pick<SshTarget, 'host' | 'port' | 'jump'>,
    o: { signal: AbortSignal; timeoutMs: number },
  ): Promise<Duplex> {
    const stream =
      target.jump === undefined
        ? await openSocket(target, o)
        : await (await this.connect(target.jump, o)).openTcp(target.host, target.port, o);
    await requireSshBanner(stream, target, o.signal);
    return stream;
  }

  async readHostKey(
    target: Pick<SshTarget, 'host' | 'port' | 'jump'>,
    o: { signal: AbortSignal; timeoutMs: number },
  ): Promise<HostKeyOffer> {
    const stream = await this.#reach(target, {
      signal: o.signal,
      timeoutMs: Math.min(CONNECT_TIMEOUT_MS, o.timeoutMs),
    });
    return offeredHostKey(target, stream, o);
  }

  async forget(serverId: string): Promise<void> {
    const known = this.#kept.get(serverId);
    this.#kept.delete(serverId);
    await known?.transport.close();
  }

  async closeAll(): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.all(all.map((one) => one.transport.close()));
  }
}

/** Changes when anything of the way to the server or of the login changes. */
function targetFingerprint(target: SshTarget): string {
  const { credential, sudoPassword, jump } = target;
  const secrets =
    credential.kind === 'key'
      ? [credential.privateKey.reveal(), credential.passphrase?.reveal() ?? '']
      : [credential.password.reveal()];
  const parts = [
    target.host,
    target.port,
    target.user,
    target.hostKey,
    credential.kind,
    ...secrets,
    sudoPassword?.reveal() ?? null,
    jump === undefined ? null : targetFingerprint(jump),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
