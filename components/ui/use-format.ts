'use client';

import { useFormatter, useLocale } from 'next-intl';
import { formatBytes, formatRate, formatSeconds } from './format-number.ts';

/** Machines are talked about in 24 hours, in every language. */
const DAY_CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

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
    signedMs: (value: number) => `${value < 0 ? '−' : '+'}${formatSeconds(Math.abs(value) / 1000, locale)}`,
    count: known((value, inLocale) => new Intl.NumberFormat(inLocale).format(value)),
    clock: (atMs: number) => intl.dateTime(atMs, { ...DAY_CLOCK, second: '2-digit' }),
    dateTime: (atMs: number) =>
      intl.dateTime(atMs, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        ...DAY_CLOCK,
        second: '2-digit',
      }),
    shortDateTime: (atMs: number) => intl.dateTime(atMs, { month: 'short', day: 'numeric', ...DAY_CLOCK }),
    hourMinute: (atMs: number) => intl.dateTime(atMs, DAY_CLOCK),
    ago: (atMs: number, nowMs: number) => intl.relativeTime(Math.min(atMs, nowMs), nowMs),
  };
}
