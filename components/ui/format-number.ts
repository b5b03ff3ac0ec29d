/** Numbers as people read them; units in binary steps, as PostgreSQL counts its "kB" and "MB". */

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

function digits(value: number): number {
  if (value >= 100 || Number.isInteger(value)) return 0;
  return value >= 10 ? 1 : 2;
}

/** `1,234 B`, `812 KiB`, `1.25 GiB`: at most three significant digits above a KiB. */
export function formatBytes(bytes: number, locale: string): string {
  const size = Math.abs(bytes);
  let unit = size < 1024 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(size) / 10));
  let value = size / 1024 ** unit;
  if (unit > 0 && unit < BYTE_UNITS.length - 1 && Math.round(value) >= 1024) {
    unit += 1;
    value = size / 1024 ** unit;
  }
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: unit === 0 ? 0 : digits(value) });
  return `${bytes < 0 ? '−' : ''}${number.format(value)}\u00A0${BYTE_UNITS[unit] ?? 'B'}`;
}

/** `3.4 MiB/s` */
export function formatRate(bytesPerSecond: number, locale: string): string {
  return `${formatBytes(bytesPerSecond, locale)}/s`;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/**
 * A length of time with at most two units: `0.3 s`, `42 s`, `2 min 10 s`, `3 h 5 min`, `2 d 4 h`.
 * The abbreviations are the same in both languages, except the day in German (`2 Tg.`).
 */
export function formatSeconds(seconds: number, locale: string): string {
  const day = locale.startsWith('de') ? 'Tg.' : 'd';
  const number = (value: number, fraction = 0) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: fraction }).format(value);
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    `${number(big)}\u00A0${bigUnit}${small > 0 ? ` ${number(small)}\u00A0${smallUnit}` : ''}`;
  if (seconds < 0.0005) return `0\u00A0s`;
  if (seconds < 1) return `${number(Math.round(seconds * 1000))}\u00A0ms`;
  if (seconds < 10) return `${number(seconds, 1)}\u00A0s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE_S) return `${number(whole)}\u00A0s`;
  if (whole < HOUR_S) return pair(Math.floor(whole / MINUTE_S), 'min', whole % MINUTE_S, 's');
  if (whole < DAY_S)
    return pair(Math.floor(whole / HOUR_S), 'h', Math.floor((whole % HOUR_S) / MINUTE_S), 'min');
  return pair(Math.floor(whole / DAY_S), day, Math.floor((whole % DAY_S) / HOUR_S), 'h');
}
