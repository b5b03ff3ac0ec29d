import { Duplex } from 'node:stream';

/**
 * A stream as node-postgres wants its socket: it calls `connect`, `setNoDelay`, `ref` and `unref`, and
 * waits for `connect`. The stream under it is open already (node-postgres takes any Duplex this way).
 */
export class PgStream extends Duplex {
  readonly #under: Duplex;

  constructor(under: Duplex) {
    super({ allowHalfOpen: false });
    this.#under = under;
    under.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) under.pause();
    });
    under.once('end', () => this.push(null));
    under.once('close', () => this.destroy());
    under.once('error', (cause) => this.destroy(cause));
  }

  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    this.#under.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (cause?: Error | null) => void): void {
    if (this.#under.destroyed) done(new Error('the connection is closed'));
    else this.#under.write(chunk, encoding, done);
  }

  override _final(done: (cause?: Error | null) => void): void {
    this.#under.end(() => done());
  }

  override _destroy(cause: Error | null, done: (cause?: Error | null) => void): void {
    this.#under.destroy();
    done(cause);
  }
}
