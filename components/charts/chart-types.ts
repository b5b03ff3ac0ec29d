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

/** A part of the time axis, ms since epoch. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

/** Time under the cursor of all charts of a page, ms since epoch, and the part that all of them show; null = none, all. */
export interface SharedCursor {
  read: () => number | null;
  set: (atMs: number | null) => void;
  window: () => TimeWindow | null;
  zoom: (to: TimeWindow | null) => void;
  subscribe: (listener: () => void) => () => void;
}
