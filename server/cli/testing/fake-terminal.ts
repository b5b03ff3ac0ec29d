import type { Terminal } from '../terminal.ts';

/** A terminal that remembers what was said; waiting takes no time, but the clock goes on. */
export function fakeTerminal(person: Partial<Terminal> = {}) {
  const lines: string[] = [];
  const complaints: string[] = [];
  let nowMs = 1_800_000_000_000;
  const terminal: Terminal = {
    out: (line) => void lines.push(line),
    err: (line) => void complaints.push(line),
    interactive: false,
    ask: async () => null,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
    stopped: new AbortController().signal,
    newKey: () => 'key',
    ...person,
  };
  return { ...terminal, lines, complaints };
}
