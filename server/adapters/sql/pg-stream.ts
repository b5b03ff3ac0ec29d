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
      // What comes after the end must be read too: a channel of SSH with unread data is never given back.
      if (!this.destroyed && !this.push(chunk)) under.pause();
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

  /**
   * node-postgres corks the four messages of a query: one write makes them one packet of SSH, to be
   * encrypted, sent and woken up for once.
   */
  override _writev(chunks: { chunk: Buffer }[], done: (cause?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: (cause?: Error | null) => void): void {
    this.#under.end(() => done());
  }

  override _destroy(cause: Error | null, done: (cause?: Error | null) => void): void {
    this.#under.resume();
    this.#under.destroy();
    done(cause);
  }
}
