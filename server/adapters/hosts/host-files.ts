import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { DirectoryEntry, HostFiles } from '#server/ports/host-files.ts';
import type { HostTransport, RunResult } from '#server/ports/host-transport.ts';

const TIMEOUT_MS = 30_000;
const KINDS: Readonly<Record<string, DirectoryEntry['kind']>> = { f: 'file', d: 'directory', l: 'link' };
const zEntry = z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.string(), z.string()]);

/** Files of one host as `owner`, through fixed scripts; values arrive as arguments, never as text of a script. */
export function createHostFiles(transport: HostTransport, owner: string): HostFiles {
  const script = (body: string, args: string[], signal: AbortSignal): Promise<RunResult> =>
    transport.require(
      { argv: ['sh', '-c', body, 'sh', ...args], runAs: owner },
      { signal, timeoutMs: TIMEOUT_MS },
    );
  return {
    read: (path, o) => transport.readFile(path, { signal: o.signal, runAs: owner }),
    stat: (path, o) => transport.stat(path, { signal: o.signal, runAs: owner }),
    list: async (path, o) => {
      const depth = o.recursive === true ? '999' : '1';
      const r = await script(
        String.raw`if [ ! -d "$1" ]; then echo absent; exit 0; fi
find "$1" -mindepth 1 -maxdepth "$2" -printf '%P\t%y\t%m\t%u\t%g\t%s\t%T@\0'`,
        [path, depth],
        o.signal,
      );
      return r.stdout.startsWith('absent\n') ? null : parseEntries(r.stdout);
    },
    write: (path, data, o) =>
      transport.writeFileAtomic(path, data, { mode: o.mode, owner, signal: o.signal }),
    makeDirectory: async (path, o) => {
      const mode = o.mode.toString(8);
      await script(
        'mkdir -p -- "$(dirname -- "$1")" && { [ -d "$1" ] || mkdir -m "$2" -- "$1"; }',
        [path, mode],
        o.signal,
      );
    },
    move: async (from, to, o) => {
      // -T: the target is a name, not a directory to move into; -n refuses to overwrite.
      await script('[ ! -e "$2" ] && mv -T -n -- "$1" "$2" && [ ! -e "$1" ]', [from, to], o.signal);
    },
    copy: async (from, to, o) => {
      await script(
        'cp -p --reflink=auto -- "$1" "$2.part" && sync -- "$2.part" && mv -f -T -- "$2.part" "$2"',
        [from, to],
        o.signal,
      );
    },
    removeFile: async (path, o) => {
      await script('rm -f -- "$1"', [path], o.signal);
    },
    emptyDirectory: async (path, o) => {
      requireDeepPath(path);
      await script('if [ -d "$1" ]; then find "$1" -mindepth 1 -xdev -delete; fi', [path], o.signal);
    },
    removeEmptyDirectory: async (path, o) => {
      await script('if [ -d "$1" ]; then rmdir -- "$1"; fi', [path], o.signal);
    },
    disk: async (path, o) => {
      const r = await script(
        'p=$1; while [ ! -e "$p" ]; do p=$(dirname -- "$p"); done; df -P -B1 -- "$p" | tail -n 1',
        [path],
        o.signal,
      );
      const [device = '', total = '', , free = ''] = r.stdout.trim().split(/\s+/);
      return { device, totalBytes: Number(total), freeBytes: Number(free) };
    },
  };
}

/** A guard against a path that was never meant: what is emptied lies at least two levels deep. */
function requireDeepPath(path: string): void {
  if (path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..').length >= 2) return;
  throw new AppError('ASSERTION', { message: `refusing to empty ${path}` });
}

function parseEntries(stdout: string): DirectoryEntry[] {
  return stdout
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [path, kind, mode, owner, group, size, modified] = zEntry.parse(line.split('\t'));
      return {
        path,
        kind: KINDS[kind] ?? 'other',
        mode: Number.parseInt(mode, 8),
        owner,
        group,
        sizeBytes: Number(size),
        modifiedAtMs: Math.round(Number(modified) * 1_000),
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
