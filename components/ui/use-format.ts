'use client';

import { useFormatter, useLocale } from 'next-intl';
import { formatBytes, formatRate, formatSeconds } from './format-number.ts';

/** Number and time formats in the reader's language; an unknown value is a dash, never a zero. */
export function useFormat() {
  const locale = useLocale();
  const intl = useFormatter();
  const known = (format: (value: number, locale: string) => string) => (value: number | null) =>
    value === null ? '–' : format(value, locale);
  return {
    bytes: known(formatBytes),
    rate: known(formatRate),
    seconds: known(formatSeconds),
    ms: known((value, inLocale) => formatSeconds(value / 1000, inLocale)),
    count: known((value, inLocale) => new Intl.NumberFormat(inLocale).format(value)),
    clock: (atMs: number) => intl.dateTime(atMs, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    dateTime: (atMs: number) => intl.dateTime(atMs, { dateStyle: 'medium', timeStyle: 'medium' }),
    shortDateTime: (atMs: number) =>
      intl.dateTime(atMs, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }),
    ago: (atMs: number, nowMs: number) => intl.relativeTime(Math.min(atMs, nowMs), nowMs),
  };
}
