const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes with a binary unit; unknown is a question mark, never 0. */
export function bytes(value: number | null): string {
  if (value === null) return '?';
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** Milliseconds for people; unknown is a question mark. */
export function duration(ms: number | null): string {
  if (ms === null) return '?';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** ISO 8601 in UTC; null stays null. */
export function iso(atMs: number): string;
export function iso(atMs: number | null): string | null;
export function iso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

const SIZE = /^(\d+)\s*(B|KiB|MiB|GiB|TiB)?$/;

/** `10GiB` or a number of bytes; null = this is neither. */
export function parseBytes(value: string | number): number | null {
  const match = SIZE.exec(String(value).trim());
  if (match === null) return null;
  const factor = 1024 ** UNITS.findIndex((unit) => unit === (match[2] ?? 'B'));
  const result = Number(match[1]) * factor;
  return Number.isSafeInteger(result) && result > 0 ? result : null;
}
