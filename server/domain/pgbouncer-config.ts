import { AppError } from '#server/errors/app-error.ts';

/**
 * The `[databases]` section of a PgBouncer configuration: `name = key=value key='value' …` (PgBouncer's
 * manual, "Section [databases]"). Everything that is not asked for keeps its bytes.
 */
export interface PoolTarget {
  host: string | null;
  port: number;
}

const DEFAULT_PORT = 5432;
const ENTRY = /^(\s*)("(?:[^"]|"")*"|[^\s=;#%"]+)(\s*=\s*)(.*?)(\s*)$/;
const PAIR = /([A-Za-z_]+)(\s*=\s*)('(?:[^']|'')*'|[^\s']*)/g;

/** Where an entry of its own leads; null when the file has none by that name (`*` is no entry of its own). */
export function poolTarget(config: string, database: string): PoolTarget | null {
  let found: PoolTarget | null = null;
  // The last entry of a name wins, as in PgBouncer.
  forEntries(config, (name, value) => {
    if (name === database) found = targetOf(value);
    return null;
  });
  return found;
}

/** The configuration with these databases led to another server; rejects GATE_FAILED when one has no entry. */
export function redirectPools(
  config: string,
  databases: readonly string[],
  to: { host: string; port: number },
): string {
  for (const name of databases)
    if (poolTarget(config, name) === null)
      throw new AppError('GATE_FAILED', {
        message: `the configuration has no entry ${JSON.stringify(name)} in its section [databases]`,
        hint: 'Give the database a line of its own in that file; an entry of an included file or * does not count.',
        data: { database: name },
      });
  return forEntries(config, (name, value) => (databases.includes(name) ? pointed(value, to) : null));
}

function targetOf(value: string): PoolTarget {
  const settings = new Map(
    [...value.matchAll(PAIR)].map(([, key = '', , raw = '']) => [key.toLowerCase(), unquote(raw)]),
  );
  return { host: settings.get('host') ?? null, port: Number(settings.get('port') ?? DEFAULT_PORT) };
}

function pointed(value: string, to: { host: string; port: number }): string {
  const wanted = new Map([
    ['host', to.host],
    ['port', String(to.port)],
  ]);
  const replaced = value.replace(PAIR, (whole, key: string, equals: string) => {
    const next = wanted.get(key.toLowerCase());
    if (next === undefined) return whole;
    wanted.delete(key.toLowerCase());
    return `${key}${equals}${quote(next)}`;
  });
  const added = [...wanted].map(([key, next]) => `${key}=${quote(next)}`);
  return [...(replaced.trim() === '' ? [] : [replaced]), ...added].join(' ');
}

/** Visits the entries of `[databases]` and answers the text with the values that `change` gave. */
function forEntries(config: string, change: (name: string, value: string) => string | null): string {
  let section = '';
  return config
    .split('\n')
    .map((line) => {
      const head = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line);
      if (head !== null) section = (head[1] ?? '').toLowerCase();
      if (head !== null || section !== 'databases' || /^\s*(?:[;#%]|$)/.test(line)) return line;
      return withValue(line, change);
    })
    .join('\n');
}

/** An entry with the value that `change` gives; what is no entry, or is not changed, keeps its bytes. */
function withValue(line: string, change: (name: string, value: string) => string | null): string {
  const match = ENTRY.exec(line);
  if (match === null) return line;
  const [, indent = '', rawName = '', equals = '', value = '', end = ''] = match;
  const next = change(unquoteName(rawName), value);
  return next === null ? line : `${indent}${rawName}${equals}${next}${end}`;
}

const unquoteName = (raw: string): string =>
  raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw;
const unquote = (raw: string): string => (raw.startsWith("'") ? raw.slice(1, -1).replaceAll("''", "'") : raw);
const quote = (value: string): string =>
  /^[A-Za-z0-9._:/-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
