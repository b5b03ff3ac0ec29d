/** One line of a chart over shared times; null = no sample, which is drawn as a gap. */
export interface ChartSeries {
  label: string;
  values: (number | null)[];
  /** Second lines are dashed: colour alone tells nothing apart. */
  dashed?: boolean;
  filled?: boolean;
}

export interface ChartData {
  /** ms since epoch, ascending. */
  timesMs: number[];
  series: ChartSeries[];
}

/** Time under the cursor of all charts of a page, ms since epoch; null = none. */
export interface SharedCursor {
  read: () => number | null;
  set: (atMs: number | null) => void;
  subscribe: (listener: () => void) => () => void;
}
