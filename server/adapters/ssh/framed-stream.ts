import type { Readable } from 'node:stream';

export interface Frame {
  /** Everything before the mark, at most the limit: the beginning is kept. */
  data: Buffer;
  /** The rest of the mark's line. */
  tail: string;
}

const NEWLINE = 0x0a;

/** How many bytes at the end may be the beginning of the mark: 0 to its length less one. */
function beginningAtEnd(bytes: Buffer, mark: Buffer): number {
  const most = Math.min(bytes.length, mark.length - 1);
  for (let length = most; length > 0; length -= 1)
    if (bytes.subarray(-length).equals(mark.subarray(0, length))) return length;
  return 0;
}

/** Collects a stream up to a line that begins with the mark. The mark may be cut anywhere between chunks. */
export class FramedStream {
  readonly end: Promise<Frame>;
  readonly #stream: Readable;
  readonly #onData: (chunk: Buffer) => void;

  constructor(stream: Readable, mark: string, maxBytes: number, onChunk?: (chunk: Buffer) => void) {
    this.#stream = stream;
    const markBytes = Buffer.from(mark, 'latin1');
    const kept: Buffer[] = [];
    let keptBytes = 0;
    let pending: Buffer = Buffer.alloc(0);
    const keep = (chunk: Buffer) => {
      if (chunk.length === 0) return;
      onChunk?.(chunk);
      const room = maxBytes - keptBytes;
      if (room <= 0) return;
      kept.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
      keptBytes += Math.min(room, chunk.length);
    };
    let finish: (frame: Frame) => void = () => undefined;
    this.end = new Promise((resolve) => (finish = resolve));
    this.#onData = (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const at = pending.indexOf(markBytes);
      if (at < 0) {
        // All but a possible beginning of the mark is output for certain.
        const safe = pending.length - beginningAtEnd(pending, markBytes);
        keep(pending.subarray(0, safe));
        pending = pending.subarray(safe);
        return;
      }
      const lineEnd = pending.indexOf(NEWLINE, at);
      if (lineEnd < 0) return;
      keep(pending.subarray(0, at));
      this.detach();
      finish({
        data: Buffer.concat(kept),
        tail: pending.toString('latin1', at + markBytes.length, lineEnd).trim(),
      });
    };
    stream.on('data', this.#onData);
  }

  detach(): void {
    this.#stream.off('data', this.#onData);
  }
}
