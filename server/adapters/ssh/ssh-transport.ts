import type { Client, ClientChannel } from 'ssh2';
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import type {
  Command,
  Endpoint,
  FileStat,
  HostTransport,
  RunOptions,
  RunResult,
  SshTarget,
  WriteOptions,
} from '#server/ports/host-transport.ts';
import { type ConnectionAttempts } from './connection-attempts.ts';
import { drainOnDestroy } from './drain-on-destroy.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import {
  failed,
  overwriteInPlaceWith,
  readFileWith,
  statWith,
  writeFileAtomicWith,
  type RunBytes,
} from './file-operations.ts';
import { endpointName } from './relay.ts';
import { Semaphore } from './semaphore.ts';
import { ShellPool } from './shell-pool.ts';
import { forwardError, forwardingOff } from './ssh-error-causes.ts';
import { describeCommand, toShellLine } from './to-shell-line.ts';

const DEFAULT_OUTPUT_BYTES = 1024 * 1024;
/** Reading and writing small files. */
const FILE_TIMEOUT_MS = 30_000;
const FORWARD_TIMEOUT_MS = 10_000;
const MAX_FORWARDS = 32;
/** Everything goes through a shell's standard input as base64. */
const MAX_INPUT_BYTES = 8 * 1024 * 1024;

/** One host over one SSH connection that comes back by itself. */
export class SshTransport implements HostTransport {
  readonly serverId: string;
  readonly #target: SshTarget;
  readonly #attempts: ConnectionAttempts;
  readonly #pools = new WeakMap<Client, ShellPool>();
  readonly #forwards = new Semaphore(MAX_FORWARDS);
  /** What sshd was found to forbid. */
  readonly #forbidden = new WeakMap<Client, Set<Endpoint['kind']>>();

  constructor(target: SshTarget, attempts: ConnectionAttempts) {
    this.serverId = target.serverId;
    this.#target = target;
    this.#attempts = attempts;
  }

  /** Connects when there is no connection. */
  async ready(o: { signal: AbortSignal; timeoutMs: number }): Promise<void> {
    await startDeadline(o.signal, o.timeoutMs, `connecting to ${this.#target.host}`).race(
      this.#attempts.client(),
    );
  }

  async run(command: Command, o: RunOptions): Promise<RunResult> {
    const startedAt = performance.now();
    const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
    const { onOutput } = o;
    const answer = await this.#runBytes(command, {
      ...o,
      ...(onOutput === undefined
        ? {}
        : {
            onChunk: (stream: 'stdout' | 'stderr', chunk: Buffer) =>
              onOutput(stream, decoders[stream].write(chunk)),
          }),
    });
    return {
      exitCode: answer.exitCode,
      stdout: answer.stdout.toString(),
      stderr: answer.stderr.toString(),
      durationMs: performance.now() - startedAt,
    };
  }

  async require(command: Command, o: RunOptions): Promise<RunResult> {
    const result = await this.run(command, o);
    if (result.exitCode !== 0) throw failed(command, result);
    return result;
  }

  async #runBytes(
    command: Command,
    o: Omit<RunOptions, 'onOutput'> & { onChunk?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void },
  ): Promise<{ exitCode: number; stdout: Buffer; stderr: Buffer }> {
    const line = toShellLine(command);
    const input = inputBytes(o.stdin);
    const { host, user } = this.#target;
    const deadline = startDeadline(o.signal, o.timeoutMs, `${describeCommand(command)} on ${host}`);
    const client = await deadline.race(this.#attempts.client());
    let sent = false;
    try {
      return await this.#pool(client).run(
        { user: command.runAs ?? user, through: command.through ?? [] },
        line,
        input,
        {
          deadline,
          maxOutputBytes: o.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
          onSent: () => (sent = true),
          ...(o.onChunk === undefined ? {} : { onOutput: o.onChunk }),
        },
      );
    } catch (thrown) {
      if (thrown instanceof AppError)
        throw thrown.code === 'COMMAND_ANSWER_LOST' ? answerLost(command, host, thrown) : thrown;
      // ssh2 throws plain errors when its connection is gone.
      if (sent) throw answerLost(command, host, thrown);
      throw new AppError('SSH_CONNECTION_LOST', {
        message: `the connection to ${host} broke before a command was sent`,
        cause: thrown,
      });
    }
  }

  #pool(client: Client): ShellPool {
    const known = this.#pools.get(client);
    if (known !== undefined) return known;
    const { host, user, sudoPassword } = this.#target;
    const pool = new ShellPool(client, { host, loginUser: user, sudoPassword: sudoPassword ?? null });
    this.#pools.set(client, pool);
    return pool;
  }

  #runForFiles: RunBytes = (command, o) => this.#runBytes(command, { timeoutMs: FILE_TIMEOUT_MS, ...o });

  readFile(
    path: string,
    o: { signal: AbortSignal; runAs?: string; maxBytes?: number },
  ): Promise<Buffer | null> {
    return readFileWith(this.#runForFiles, path, o);
  }

  stat(path: string, o: { signal: AbortSignal; runAs?: string }): Promise<FileStat | null> {
    return statWith(this.#runForFiles, path, o);
  }

  writeFileAtomic(path: string, data: Buffer | Secret, o: WriteOptions): Promise<void> {
    return writeFileAtomicWith(this.#runForFiles, path, data, o);
  }

  overwriteInPlace(path: string, data: Buffer, o: { signal: AbortSignal; runAs?: string }): Promise<void> {
    return overwriteInPlaceWith(this.#runForFiles, path, data, o);
  }

  async openTcp(host: string, port: number, o: { signal: AbortSignal }): Promise<Duplex> {
    return (await this.#open({ kind: 'tcp', host, port }, o.signal)).stream;
  }

  async openUnixSocket(path: string, o: { signal: AbortSignal }): Promise<Duplex> {
    return (await this.#open({ kind: 'unix', path }, o.signal)).stream;
  }

  async wayTo(to: Endpoint, o: { signal: AbortSignal }): Promise<'forward' | 'relay'> {
    const { stream, way } = await this.#open(to, o.signal);
    stream.destroy();
    return way;
  }

  /** By forwarding, or through a program of the host where sshd forbids that; remembered per connection. */
  async #open(to: Endpoint, signal: AbortSignal): Promise<{ stream: Duplex; way: 'forward' | 'relay' }> {
    const client = await this.#client(to, signal);
    const forbidden = this.#forbidden.get(client) ?? new Set();
    this.#forbidden.set(client, forbidden);
    if (!forbidden.has(to.kind)) {
      try {
        return { stream: await this.#forward(to, signal), way: 'forward' };
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.code !== 'SSH_FORWARDING_REFUSED') throw thrown;
        forbidden.add(to.kind);
      }
    }
    const deadline = this.#forwardDeadline(to, signal);
    return { stream: await this.#pool(client).relay(to, deadline), way: 'relay' };
  }

  #client(to: Endpoint, signal: AbortSignal): Promise<Client> {
    return this.#forwardDeadline(to, signal).race(this.#attempts.client());
  }

  #forwardDeadline(to: Endpoint, signal: AbortSignal): Deadline {
    return startDeadline(signal, FORWARD_TIMEOUT_MS, `opening ${endpointName(to)} on ${this.#target.host}`);
  }

  async #forward(to: Endpoint, signal: AbortSignal): Promise<Duplex> {
    if (to.kind === 'tcp')
      return this.#openForward(to, signal, (client, done) =>
        client.forwardOut('127.0.0.1', 0, to.host, to.port, done),
      );
    try {
      return await this.#openForward(to, signal, (client, done) =>
        client.openssh_forwardOutStreamLocal(to.path, done),
      );
    } catch (thrown) {
      const refused = thrown instanceof AppError && thrown.code === 'FORWARD_NOT_ACCEPTED';
      if (!refused || !(await this.#acceptsConnections(to.path, signal))) throw thrown;
      throw forwardingOff(this.#target.host, to.path, thrown);
    }
  }

  /** sshd answers alike for a socket that nobody listens on and for forwarding switched off: the host knows. */
  async #acceptsConnections(path: string, signal: AbortSignal): Promise<boolean> {
    const script =
      '[ -w "$1" ] && awk -v path="$1" \'$4 == "00010000" && $8 == path { found = 1 } END { exit !found }\' /proc/net/unix';
    const argv = ['sh', '-c', script, 'sh', path] as const;
    return (await this.run({ argv }, { signal, timeoutMs: FORWARD_TIMEOUT_MS })).exitCode === 0;
  }

  async #openForward(
    to: Endpoint,
    signal: AbortSignal,
    open: (client: Client, done: (cause: Error | undefined, channel: ClientChannel) => void) => void,
  ): Promise<Duplex> {
    const { host } = this.#target;
    const where = endpointName(to);
    const deadline = this.#forwardDeadline(to, signal);
    const client = await deadline.race(this.#attempts.client());
    const release = await this.#forwards.acquire(deadline.signal).catch(() => {
      throw deadline.error();
    });
    const opened = new Promise<ClientChannel>((resolve, reject) => {
      const lost = () =>
        reject(
          new AppError('SSH_CONNECTION_LOST', {
            message: `the connection to ${host} broke while ${where} was opened`,
          }),
        );
      client.once('close', lost);
      open(client, (cause, channel) => {
        client.off('close', lost);
        if (cause === undefined) resolve(drainOnDestroy(channel));
        else reject(forwardError(host, where, cause));
      });
    });
    try {
      const channel = await deadline.race(
        opened,
        () =>
          void opened.then(
            (late) => late.destroy(),
            () => undefined,
          ),
      );
      channel.once('close', release);
      // A forward that dies with its connection shows as `close`; without a listener the error would end the process.
      channel.on('error', () => undefined);
      return channel;
    } catch (thrown) {
      release();
      throw thrown;
    }
  }

  async ping(o: { signal: AbortSignal; timeoutMs: number }): Promise<number> {
    const { durationMs } = await this.require({ argv: ['true'] }, o);
    return durationMs;
  }

  close(): Promise<void> {
    return this.#attempts.end();
  }
}

function inputBytes(stdin: string | Secret | Buffer | undefined): Buffer | null {
  if (stdin === undefined) return null;
  const bytes = Buffer.isBuffer(stdin)
    ? stdin
    : Buffer.from(stdin instanceof Secret ? stdin.reveal() : stdin);
  if (bytes.length <= MAX_INPUT_BYTES) return bytes;
  throw new AppError('INVALID_INPUT', {
    message: `${bytes.length} bytes are too many to send to a command`,
    detail: `the limit is ${MAX_INPUT_BYTES}`,
  });
}

function answerLost(command: Command, host: string, cause: unknown): AppError {
  return new AppError('COMMAND_ANSWER_LOST', {
    message: `the connection to ${host} broke before the answer of ${describeCommand(command)} arrived`,
    hint: 'The command may or may not have taken effect; its effect is looked at before anything is repeated.',
    cause,
  });
}
