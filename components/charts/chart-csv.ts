import type { ChartData } from './chart-types.ts';

/** A field of RFC 4180. */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The samples as CSV, oldest first: ISO times in UTC, values as measured, nothing where there is no sample. */
export function chartCsv(data: ChartData, timeLabel: string): string {
  const header = [timeLabel, ...data.series.map((line) => line.label)];
  const rows = data.timesMs.map((atMs, index) => [
    new Date(atMs).toISOString(),
    ...data.series.map((line) => String(line.values[index] ?? '')),
  ]);
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
