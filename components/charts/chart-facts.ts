import type { ChartData, TimeWindow } from './chart-types.ts';

/** Index of the time nearest to `atMs`; -1 when there are no times. */
export function nearestIndex(timesMs: readonly number[], atMs: number): number {
  let low = 0;
  let high = timesMs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const after = timesMs[low];
  const before = timesMs[low - 1];
  if (after === undefined) return -1;
  return before !== undefined && atMs - before < after - atMs ? low - 1 : low;
}

export interface ChartSummary {
  max: number;
  maxAtMs: number;
  /** Newest value; null = the newest sample is missing. */
  now: number | null;
  gaps: number;
}

/** What a person would say about the chart's first line; null = nothing is in it. */
export function summarize(data: ChartData): ChartSummary | null {
  const values = data.series[0]?.values ?? [];
  let max: { value: number; atMs: number } | null = null;
  let gaps = 0;
  values.forEach((value, index) => {
    if (value === null) {
      if (index > 0 && values[index - 1] !== null) gaps += 1;
      return;
    }
    if (max === null || value > max.value) max = { value, atMs: data.timesMs[index] ?? 0 };
  });
  const best = max as { value: number; atMs: number } | null;
  if (best === null) return null;
  return { max: best.value, maxAtMs: best.atMs, now: values.at(-1) ?? null, gaps };
}

/** The index that an arrow key leads to; null = the key moves nothing. */
export function movedIndex(key: string, shift: boolean, index: number, count: number): number | null {
  const step = shift ? 10 : 1;
  const moves: Record<string, number> = {
    ArrowLeft: index - step,
    ArrowDown: index - step,
    ArrowRight: index + step,
    ArrowUp: index + step,
    PageUp: index + 10,
    PageDown: index - 10,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, to));
}

/** The samples inside a part of the time axis. */
export function partOf(data: ChartData, { fromMs, toMs }: TimeWindow): ChartData {
  const first = data.timesMs.findIndex((atMs) => atMs >= fromMs);
  const from = first < 0 ? data.timesMs.length : first;
  const to = data.timesMs.findLastIndex((atMs) => atMs <= toMs) + 1;
  return {
    timesMs: data.timesMs.slice(from, to),
    series: data.series.map((line) => ({ ...line, values: line.values.slice(from, to) })),
  };
}

/** Fewer samples than this say nothing about a course. */
const CLOSEST = 8;

/** Half of what is shown, around a sample; null = it cannot be shown closer. */
export function closer({ timesMs }: ChartData, index: number): TimeWindow | null {
  const count = Math.max(CLOSEST, Math.ceil(timesMs.length / 2));
  const from = Math.min(Math.max(0, index - Math.floor(count / 2)), Math.max(0, timesMs.length - count));
  const [fromMs, toMs] = [timesMs[from], timesMs[Math.min(timesMs.length, from + count) - 1]];
  return fromMs === undefined || toMs === undefined ? null : { fromMs, toMs };
}
