import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** The terminal of this process. The first Ctrl-C ends a wait, the second one the process. */
export function processTerminal(): Terminal {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
  return {
    out: write(process.stdout),
    err: write(process.stderr),
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    ask: readLine,
    nowMs: () => Date.now(),
    sleep: (ms) => sleep(ms, undefined, { signal: stopping.signal }),
    stopped: stopping.signal,
    newKey: randomUUID,
  };
}

/** Readline echoes into what it is given: a hidden answer goes nowhere. */
async function readLine(question: string, hidden: boolean): Promise<string | null> {
  const terminal = process.stdin.isTTY;
  if (terminal) process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? nowhere : process.stderr,
    terminal,
  });
  try {
    return await new Promise<string | null>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(null));
      lines.once('SIGINT', () => {
        resolve(null);
        process.kill(process.pid, 'SIGINT');
      });
    });
  } finally {
    lines.close();
    if (terminal && hidden) process.stderr.write('\n');
  }
}
