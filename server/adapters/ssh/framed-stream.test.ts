import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FramedStream } from './framed-stream.ts';

const MARK = '0123456789abcdef';

test('output ends at the mark however the bytes are cut, and nothing of it is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.nat(250), { maxLength: 6 }),
      async (output, cuts) => {
        const stream = new PassThrough();
        const seen: Buffer[] = [];
        const framed = new FramedStream(stream, MARK, 1_000, (chunk) => seen.push(chunk));
        const bytes = Buffer.concat([Buffer.from(output), Buffer.from(`${MARK} 7\n`)]);
        let from = 0;
        for (const cut of [...cuts, bytes.length]
          .map((at) => Math.min(at, bytes.length))
          .sort((a, b) => a - b)) {
          stream.write(bytes.subarray(from, cut));
          from = cut;
        }
        const frame = await framed.end;
        expect(frame.tail).toBe('7');
        expect(frame.data).toEqual(Buffer.from(output));
        expect(Buffer.concat(seen)).toEqual(Buffer.from(output));
      },
    ),
  );
});

test('keeps the beginning of an output that is too long, and its end is found', async () => {
  const stream = new PassThrough();
  const framed = new FramedStream(stream, MARK, 10);
  stream.write('x'.repeat(50));
  stream.write(`${MARK} 0\n`);
  expect(await framed.end).toEqual({ data: Buffer.from('x'.repeat(10)), tail: '0' });
});

test('what a program says is passed on at once, except what may be the beginning of the mark', async () => {
  const stream = new PassThrough();
  let seen = '';
  const framed = new FramedStream(stream, MARK, 1_000, (chunk) => (seen += chunk.toString()));
  for (const [said, passedOn] of [
    ['ready\n', 'ready\n'],
    ['01', 'ready\n'],
    ['x', 'ready\n01x'],
  ] as const) {
    stream.write(said);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toBe(passedOn);
  }
  framed.detach();
});
