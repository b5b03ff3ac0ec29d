/** libpq's keyword/value connection strings (PostgreSQL manual, "Connection Strings"). */

/**
 * For what stays connected to the other node: a link that broke without a word is given up in this time, ms,
 * and so is a connection attempt into it (`connect_timeout` does not hold for the WAL receiver). The kernel's
 * own patience is over two minutes, which a standby would lag behind after the cable is back.
 */
export const LOST_LINK = { tcp_user_timeout: 15_000 } as const;

/** Builds one; every value is quoted, single quotes and backslashes escaped. */
export function formatConninfo(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}='${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join(' ');
}

/** An address, and the name that is expected there in a certificate, if it is another: no name service is asked. */
export const hostCalled = (address: string, name: string | undefined): { host: string; hostaddr?: string } =>
  name === undefined ? { host: address } : { host: name, hostaddr: address };

/** Where it connects: with `hostaddr` to that address, and `host` is only the name that is expected there. */
export const targetOf = (conninfo: ReadonlyMap<string, string> | null): string | null =>
  conninfo?.get('hostaddr') ?? conninfo?.get('host') ?? null;

const PAIR = /\s*([A-Za-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)/gy;

/** Reads one; null when it is not a keyword/value string. */
export function parseConninfo(conninfo: string): Map<string, string> | null {
  const values = new Map<string, string>();
  const rest = conninfo.trimEnd();
  let end = 0;
  for (const match of rest.matchAll(PAIR)) {
    const raw = match[2] ?? '';
    const inner = raw.startsWith("'") ? raw.slice(1, -1) : raw;
    values.set(match[1] ?? '', inner.replaceAll(/\\(.)/gs, '$1'));
    end = match.index + match[0].length;
  }
  return end === rest.length ? values : null;
}
