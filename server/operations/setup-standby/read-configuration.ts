import { posix } from 'node:path';
import { AppError } from '#server/errors/app-error.ts';
import type { FileWait, HostFiles } from '#server/ports/host-files.ts';

/** postgresql.conf with everything that it includes. */
export interface WholeConfiguration {
  /** In one file: what was included stands in place of the line that included it. Bytes are kept (latin1). */
  text: string;
  /** That were included, with those that set nothing: the server's own list (pg_file_settings) has only the others. */
  files: string[];
  /** Named by include_dir, also when empty: without one of them the server does not start. */
  directories: string[];
}

type Files = Pick<HostFiles, 'read' | 'list'>;

/** As PostgreSQL has it (CONF_FILE_MAX_DEPTH): files may include each other. */
const MAX_DEPTH = 10;
const INCLUDE =
  /^\s*(include|include_if_exists|include_dir)\b\s*=?\s*(?:'((?:[^'\\]|''|\\.)*)'|([A-Za-z_\u0080-\u00ff][-\w.:/\u0080-\u00ff]*))\s*(?:#.*)?$/i;

/** Reads the file and what it includes; throws WORLD_CHANGED where one of them is gone. */
export async function readConfiguration(
  files: Files,
  path: string,
  wait: FileWait,
): Promise<WholeConfiguration> {
  const found: WholeConfiguration = { text: '', files: [], directories: [] };
  const main = await files.read(path, wait);
  if (main === null) throw gone(path);
  const reader: Reader = { files, wait, found, root: posix.dirname(path) };
  return { ...found, text: await withIncluded(reader, { path, content: main }, 0) };
}

interface Reader {
  files: Files;
  wait: FileWait;
  found: WholeConfiguration;
  root: string;
}

const gone = (path: string): AppError =>
  new AppError('WORLD_CHANGED', {
    message: `${path} is gone`,
    hint: 'postgresql.conf includes it: the server would not start again either.',
  });

async function withIncluded(
  r: Reader,
  { path, content }: { path: string; content: Buffer },
  depth: number,
): Promise<string> {
  if (depth > MAX_DEPTH)
    throw new AppError('WORLD_CHANGED', {
      message: `${path} is included too deep: files include each other`,
    });
  const lines: string[] = [];
  for (const line of content.toString('latin1').split('\n')) {
    const include = includeOf(line, posix.dirname(path));
    if (include === null) {
      lines.push(line);
      continue;
    }
    lines.push(`#${line}`);
    for (const file of await included(r, include)) {
      r.found.files.push(file.path);
      const text = await withIncluded(r, file, depth + 1);
      lines.push(
        `# from ${shown(file.path, r.root)}:`,
        text.replace(/\n$/, ''),
        `# end of ${shown(file.path, r.root)}`,
      );
    }
  }
  return lines.join('\n');
}

/** Below the main file without its directory, whose name is another one where the text goes. */
function shown(path: string, root: string): string {
  const name = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  return Buffer.from(name, 'utf8').toString('latin1');
}

interface Include {
  what: string;
  path: string;
}

/** Relative to the file that says it (PostgreSQL manual, "Managing Configuration File Contents"). */
function includeOf(line: string, directory: string): Include | null {
  const match = INCLUDE.exec(line);
  if (match === null) return null;
  const [, what = '', quoted, bare] = match;
  const name = quoted?.replaceAll(/''|\\(.)/g, (_, escaped?: string) => escaped ?? "'") ?? bare ?? '';
  return {
    what: what.toLowerCase(),
    path: posix.resolve(directory, Buffer.from(name, 'latin1').toString('utf8')),
  };
}

async function included(r: Reader, { what, path }: Include): Promise<{ path: string; content: Buffer }[]> {
  if (what !== 'include_dir') {
    const content = await r.files.read(path, r.wait);
    if (content !== null) return [{ path, content }];
    if (what === 'include_if_exists') return [];
    throw gone(path);
  }
  const entries = await r.files.list(path, r.wait);
  if (entries === null) throw gone(path);
  r.found.directories.push(path);
  const names = entries
    .filter((entry) => entry.kind !== 'directory' && /^[^.].*\.conf$/.test(entry.path))
    .map((entry) => entry.path)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const found = [];
  for (const name of names) {
    const content = await r.files.read(`${path}/${name}`, r.wait);
    if (content !== null) found.push({ path: `${path}/${name}`, content });
  }
  return found;
}
