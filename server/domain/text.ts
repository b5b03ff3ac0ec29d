import type { Text } from './plan.ts';

/** A sentence in both languages. */
export function text(en: string, de: string): Text {
  return { en, de };
}

/** A value that is the same in every language: a name, a path, a number. */
export function sameText(value: string): Text {
  return { en: value, de: value };
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes with a binary unit and at most one decimal, in English figures: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const figure = unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
  return `${figure} ${UNITS[unit] ?? 'B'}`;
}

/** A text with byte figures: decimal comma in German. */
export function bytesText(bytes: number): Text {
  const en = formatBytes(bytes);
  return { en, de: en.replace('.', ',') };
}
