import type { Duplex } from 'node:stream';
import type { Secret } from '#server/domain/secret.ts';

/** A command as data. Quoting happens in one place, in the transport. */
export interface Command {
  argv: readonly [string, ...(string | Secret)[]];
  /** The OS user to act as; the login user when absent. Through sudo or setpriv where it differs. */
  runAs?: string;
  env?: Readonly<Record<string, string | Secret>>;
  cwd?: string;
  /**
   * A program that the command's shell is reached through, such as `docker exec …`: `runAs` is who runs that
   * program on the host; everything else holds behind it. For looking alone: a fence does not reach there.
   */
  through?: readonly string[];
}

export interface RunOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** Sent to the command's standard input; a Secret's way onto a host. */
  stdin?: string | Secret | Buffer;
  /** Largest output kept per stream, bytes; default 1 MiB. */
  maxOutputBytes?: number;
  /** Called per chunk while the command runs. */
  onOutput?: (stream: 'stdout' | 'stderr', text: string) => void;
}

export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  durationMs: number;
}

export interface FileStat {
  kind: 'file' | 'directory' | 'link' | 'other';
  mode: number;
  owner: string;
  group: string;
  sizeBytes: number;
  modifiedAtMs: number;
}

/** Where a stream leads, seen from the host. */
export type Endpoint = { kind: 'unix'; path: string } | { kind: 'tcp'; host: string; port: number };

export interface WriteOptions {
  mode: number;
  owner: string;
  group?: string;
  signal: AbortSignal;
}

/**
 * One host, reached over one SSH connection. `run` resolves with any exit code; it rejects with
 * COMMAND_ANSWER_LOST when the command may have run and the answer is gone, with an unreachable
 * code when it surely did not start, with CANCELLED or DEADLINE_EXCEEDED otherwise.
 */
export interface HostTransport {
  readonly serverId: string;
  run(command: Command, o: RunOptions): Promise<RunResult>;
  /** As `run`, but a non-zero exit rejects with COMMAND_FAILED (argv redacted, last stderr lines). */
  require(command: Command, o: RunOptions): Promise<RunResult>;
  /** Null when the file does not exist. */
  readFile(
    path: string,
    o: { signal: AbortSignal; runAs?: string; maxBytes?: number },
  ): Promise<Buffer | null>;
  stat(path: string, o: { signal: AbortSignal; runAs?: string }): Promise<FileStat | null>;
  /** Writes beside the target, fsyncs, renames. */
  writeFileAtomic(path: string, data: Buffer | Secret, o: WriteOptions): Promise<void>;
  /** Keeps the inode (a single file mounted into a container). */
  overwriteInPlace(path: string, data: Buffer, o: { signal: AbortSignal; runAs?: string }): Promise<void>;
  /** A TCP connection made from that host: by forwarding, or by a program of the host where sshd forbids that. */
  openTcp(host: string, port: number, o: { signal: AbortSignal }): Promise<Duplex>;
  openUnixSocket(path: string, o: { signal: AbortSignal }): Promise<Duplex>;
  /** Opens and closes a stream; tells which way it took. SSH_FORWARDING_REFUSED when there is none. */
  wayTo(to: Endpoint, o: { signal: AbortSignal }): Promise<'forward' | 'relay'>;
  /** Round trip of a no-op through the kept shell, ms. */
  ping(o: { signal: AbortSignal; timeoutMs: number }): Promise<number>;
  close(): Promise<void>;
}

/** What is needed to log in to a server. */
export interface SshTarget {
  serverId: string;
  host: string;
  port: number;
  user: string;
  credential:
    { kind: 'key'; privateKey: Secret; passphrase?: Secret } | { kind: 'password'; password: Secret };
  /** Pinned host key, base64 of the raw key blob; null = nothing approved yet. */
  hostKey: string | null;
  jump?: SshTarget;
  /** Password for sudo where the login user needs one. */
  sudoPassword?: Secret;
}

export interface HostKeyOffer {
  /** e.g. ssh-ed25519 */
  type: string;
  /** Base64 of the raw key blob. */
  key: string;
  /** OpenSSH form: SHA256:… */
  fingerprint: string;
}

/** Keeps one connection per server, reconnects with backoff; asked by the worker only. */
export interface HostConnections {
  /** The kept transport of a server, connecting when needed. */
  connect(target: SshTarget, o: { signal: AbortSignal }): Promise<HostTransport>;
  /** Reads the host key a server offers, without logging in. */
  readHostKey(
    target: Pick<SshTarget, 'host' | 'port' | 'jump'>,
    o: { signal: AbortSignal; timeoutMs: number },
  ): Promise<HostKeyOffer>;
  /** Ends the kept connection of a server (credential changed, server removed). */
  forget(serverId: string): Promise<void>;
  closeAll(): Promise<void>;
}
