import { readdirSync, readFileSync } from 'node:fs';
import type { LeakSearch } from './leak-search.ts';

const SAMPLE_EVERY_MS = 5;

/**
 * Looks again and again at the command line and the environment of every process of this machine
 * until it is stopped. Each process is read at its first sight and then whenever its command line
 * changed; returns how many processes were seen.
 */
export function sampleProcesses(search: Pick<LeakSearch, 'search'>): { stop(): number } {
  const seen = new Map<string, string>();
  const timer = setInterval(() => sampleOnce(search, seen), SAMPLE_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      sampleOnce(search, seen);
      return seen.size;
    },
  };
}

function sampleOnce(search: Pick<LeakSearch, 'search'>, seen: Map<string, string>): void {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const commandLine = readIfAlive(`/proc/${pid}/cmdline`);
    if (commandLine === null || seen.get(pid) === commandLine.toString()) continue;
    seen.set(pid, commandLine.toString());
    const program = commandLine.toString().split('\0')[0] ?? '';
    search.search(`command line of ${program} (${pid})`, commandLine);
    const environment = readIfAlive(`/proc/${pid}/environ`);
    if (environment) search.search(`environment of ${program} (${pid})`, environment);
  }
}

/** Null when the process is gone, or is somebody else's. */
function readIfAlive(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
