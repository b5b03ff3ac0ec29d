/**
 * Text of postgresql.auto.conf (PostgreSQL manual, "Setting Parameters via the Configuration
 * File"): `name = 'value'` a line, quotes doubled, backslashes escaped, the last line of a name wins.
 */

const LINE = /^\s*([A-Za-z_][A-Za-z0-9_.]*)\s*=?\s*('(?:[^'\\]|''|\\.)*'|[^\s#]*)/;

function unquote(raw: string): string {
  if (!raw.startsWith("'")) return raw;
  return raw
    .slice(1, -1)
    .replaceAll(/''|\\(.)/gs, (whole, escaped: string | undefined) =>
      whole === "''" ? "'" : (escaped ?? ''),
    );
}

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Settings of the file by lower-case name. */
export function readAutoConf(content: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of content.split('\n')) {
    const match = LINE.exec(line);
    if (match?.[1] !== undefined) settings.set(match[1].toLowerCase(), unquote(match[2] ?? ''));
  }
  return settings;
}

/** The file with these settings instead of any earlier ones of the same names; null = none. All else stays. */
export function withAutoConf(content: string, settings: ReadonlyMap<string, string | null>): string {
  for (const value of settings.values()) {
    if (value !== null && /[\n\r\0]/.test(value))
      throw new RangeError('a setting must not hold a line break or NUL');
  }
  const kept = content.split('\n').filter((line) => {
    const name = LINE.exec(line)?.[1];
    return name === undefined || !settings.has(name.toLowerCase());
  });
  while (kept.at(-1) === '') kept.pop();
  const added = [...settings].flatMap(([name, value]) =>
    value === null ? [] : [`${name} = ${quote(value)}`],
  );
  return [...kept, ...added, ''].join('\n');
}
