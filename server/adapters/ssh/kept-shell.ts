import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import { AppError } from '#server/errors/app-error.ts';
import { FramedStream } from './framed-stream.ts';

export interface ShellAnswer {
  exitCode: number;
  stdout: Buffer;
  stderr: Buffer;
}

export interface ShellRunOptions {
  maxOutputBytes: number;
  onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

/**
 * One `/bin/sh` on the host that stays open: a command through it costs 0.2 to 0.6 ms, an `exec` up to
 * 112 ms of login scripts. It runs one command at a time. The end of each command is a random mark on
 * both streams, so no output can be mistaken for it.
 *
 * Modes: opening (greets with its process group), free, busy, dead. A dead shell is thrown away.
 */
export class KeptShell {
  readonly #channel: ClientChannel;
  readonly #group: string;
  #dead = false;
  #onDeath: (() => void) | null = null;

  private constructor(channel: ClientChannel, group: string) {
    this.#channel = channel;
    this.#group = group;
    channel.once('close', () => {
      this.#dead = true;
      this.#onDeath?.();
    });
  }

  /**
   * Waits for a freshly opened shell. `firstLine` goes before everything else (a password that sudo
   * may or may not want): the shell skips all lines until the mark.
   */
  static async open(channel: ClientChannel, mark: string, firstLine: string | null): Promise<KeptShell> {
    const out = new FramedStream(channel, mark, 64 * 1024);
    const complaint: Buffer[] = [];
    const onComplaint = (chunk: Buffer) => complaint.push(chunk);
    channel.stderr.on('data', onComplaint);
    const failed = new Promise<never>((_, reject) => {
      channel.once('close', () => reject(new ShellDidNotOpen(Buffer.concat(complaint).toString())));
    });
    failed.catch(() => undefined);
    if (firstLine !== null) channel.write(`${firstLine}\n`);
    channel.write(`${mark}\n`);
    // Another user's shell begins in the login user's home, which it may not be allowed to enter.
    channel.write(
      `cd . 2>/dev/null && [ -r . ] || cd /; LC_ALL=C; export LC_ALL; unset LANGUAGE; read -r _ _ _ _ group _ < /proc/$$/stat; echo ${mark} "$group"\n`,
    );
    try {
      const { tail } = await Promise.race([out.end, failed]);
      return new KeptShell(channel, /^\d+$/.test(tail) ? tail : '');
    } finally {
      channel.stderr.off('data', onComplaint);
    }
  }

  /** What starts such a shell, given to `exec` behind `sudo …` where needed. */
  static startLine(mark: string): string {
    return `/bin/sh -c 'while IFS= read -r line; do if [ "$line" = ${mark} ]; then exec /bin/sh; fi; done; exit 1'`;
  }

  static newMark(): string {
    return randomBytes(16).toString('hex');
  }

  get alive(): boolean {
    return !this.#dead;
  }

  /** A line for another shell that ends everything this shell started; null when its group is not known. */
  get killLine(): string | null {
    return this.#group === '' ? null : `kill -s TERM -- -${this.#group}`;
  }

  /** Runs one quoted line, with `input` as its standard input. Rejects with COMMAND_ANSWER_LOST when the shell dies. */
  async run(line: string, input: Buffer | null, o: ShellRunOptions): Promise<ShellAnswer> {
    if (this.#dead)
      throw new AppError('ASSERTION', { message: 'a command was given to a shell that had ended' });
    const mark = KeptShell.newMark();
    const stdout = new FramedStream(this.#channel, mark, o.maxOutputBytes, (chunk) =>
      o.onOutput?.('stdout', chunk),
    );
    const stderr = new FramedStream(this.#channel.stderr, mark, o.maxOutputBytes, (chunk) =>
      o.onOutput?.('stderr', chunk),
    );
    const lost = new Promise<never>((_, reject) => {
      this.#onDeath = () =>
        reject(
          new AppError('COMMAND_ANSWER_LOST', {
            message: 'the connection broke before the answer of a command arrived',
          }),
        );
    });
    // printf is a builtin: the input never becomes an argument of a process.
    const feed =
      input === null ? `${line} </dev/null` : `printf %s '${input.toString('base64')}' | base64 -d | ${line}`;
    this.#channel.write(`${feed}\ns=$?; echo ${mark} $s; echo ${mark} >&2\n`);
    try {
      const [out, error] = await Promise.race([Promise.all([stdout.end, stderr.end]), lost]);
      return { exitCode: Number(out.tail), stdout: out.data, stderr: error.data };
    } finally {
      this.#onDeath = null;
      stdout.detach();
      stderr.detach();
    }
  }

  close(): void {
    this.#dead = true;
    this.#channel.close();
  }
}

/** The shell ended before it greeted; `complaint` is what it, sudo or the login shell said. */
export class ShellDidNotOpen extends Error {
  readonly complaint: string;

  constructor(complaint: string) {
    super(`the shell did not open: ${complaint.trim()}`);
    this.complaint = complaint.trim();
  }
}
