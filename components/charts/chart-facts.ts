import type { ChartData } from './chart-types.ts';

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
