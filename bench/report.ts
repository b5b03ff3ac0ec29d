/** What every program here ends with; figures in `unit`. */
export interface BenchResult {
  bench: string;
  unit: string;
  runs: number;
  median: number;
  worst: number;
  /** Median of the baseline, measured in the same run. */
  baseline: number;
  /** Median of the ratios of each run to its own baseline. */
  ratio: number;
  [figure: string]: string | number;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Nearest-rank quantile; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  for (const row of cells)
    process.stdout.write(`${row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')}\n`);
}

/** With --json the last line is one JSON object. */
export function finish(result: BenchResult): void {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Value of `--name N`, or the default. */
export function numberOption(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at === -1 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} needs a number greater than 0`);
  return value;
}
