import type uPlot from 'uplot';
import type { ChartSeries, TimeWindow } from './chart-types.ts';

export interface PlotColours {
  ink: string;
  grid: string;
  series: readonly string[];
  fill: string;
}

/** The colours of the theme as the canvas needs them: resolved. */
export function readColours(element: HTMLElement): PlotColours {
  const probe = document.createElement('span');
  element.append(probe);
  const resolve = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ink: resolve('--ink-soft'),
    grid: resolve('--line'),
    series: [resolve('--series-a'), resolve('--series-b')],
    fill: resolve('--series-fill'),
  };
  probe.remove();
  return colours;
}

export interface PlotTexts {
  value: (value: number) => string;
  time: (atMs: number, withSeconds: boolean) => string;
}

const AXIS_FONT = '12px "Inter Variable", system-ui, sans-serif';
const PIXELS_PER_TIME = 72;
/** A narrow chart has room for hours and minutes only. */
const NARROW = { upTo: 420, pixelsPerTime: 44 } as const;
const MINUTE_MS = 60_000;
/** Less is a click. */
const DRAG_PIXELS = 8;

/** Options of one small chart: zero at the bottom, no smoothing, gaps stay gaps. */
export function plotOptions(o: {
  width: number;
  height: number;
  series: readonly ChartSeries[];
  colours: PlotColours;
  texts: PlotTexts;
  /** Length of the time axis: it ends at the newest sample, however many there are. */
  spanMs: number;
  /** The axis never ends below this, so that noise does not fill the picture. */
  lowestTop: number;
  /** The part that is shown; null = the whole axis. */
  window: () => TimeWindow | null;
  onZoom: (to: TimeWindow) => void;
  onCursor: (index: number | null) => void;
}): uPlot.Options {
  const { colours, texts } = o;
  const axis = {
    stroke: colours.ink,
    font: AXIS_FONT,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width: o.width,
    height: o.height,
    ms: 1,
    // Room for the half of the last time that stands out.
    padding: [8, 22, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { setScale: false, x: true, y: false, dist: DRAG_PIXELS },
      points: { size: 7 },
    },
    scales: {
      x: {
        time: true,
        range: (_plot, _min, max) => {
          const part = o.window();
          return part === null ? [max - o.spanMs, max] : [part.fromMs, part.toMs];
        },
      },
      y: { range: (_plot, _min, max) => [0, Math.max(o.lowestTop, niceTop(max))] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: (_plot, _axis, _min, _max, length) =>
          length <= NARROW.upTo ? NARROW.pixelsPerTime : PIXELS_PER_TIME,
        values: (_plot, splits) => {
          const withSeconds = splits.some((at) => at % MINUTE_MS !== 0);
          return splits.map((at) => texts.time(at, withSeconds));
        },
      },
      {
        ...axis,
        size: 74,
        space: 34,
        gap: 8,
        splits: (_p, _i, min, max) => ticks(min, max),
        values: (_plot, splits) => splits.map((v) => texts.value(v)),
      },
    ],
    series: [
      {},
      ...o.series.map((line, index) => ({
        label: line.label,
        stroke: colours.series[index % colours.series.length] ?? colours.ink,
        width: 1.5,
        spanGaps: false,
        points: { show: false },
        ...(line.dashed === true ? { dash: [5, 4] } : {}),
        ...(line.filled === true ? { fill: colours.fill } : {}),
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < DRAG_PIXELS) return;
          o.onZoom({ fromMs: plot.posToVal(left, 'x'), toMs: plot.posToVal(left + width, 'x') });
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [
        (plot) => {
          // Only the pointer speaks here; moves by keyboard come from outside and are not repeated.
          if (plot.cursor.event === undefined || plot.cursor.event === null) return;
          o.onCursor(plot.cursor.idx ?? null);
        },
      ],
    },
  };
}

const TOP_STEPS = [1, 1.5, 2, 3, 4, 6, 8] as const;

/** A round top above the highest value, in binary steps, so that the axis does not twitch. */
export function niceTop(max: number | null): number {
  if (max === null || max <= 0) return 1;
  const unit = max >= 1024 ? 2 ** Math.floor(Math.log2(max)) : 10 ** Math.floor(Math.log10(max));
  return (TOP_STEPS.find((step) => step * unit >= max * 1.02) ?? 10) * unit;
}

function ticks(min: number, max: number): number[] {
  return [min, min + (max - min) / 2, max];
}
