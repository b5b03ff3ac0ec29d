'use client';

import { useEffect, useRef, type RefObject } from 'react';
import uPlot from 'uplot';
import { nearestIndex } from './chart-facts.ts';
import type { ChartData, SharedCursor } from './chart-types.ts';
import { plotOptions, readColours } from './plot-options.ts';

export interface UsePlot {
  data: ChartData;
  height: number;
  lowestTop: number;
  spanMs: number;
  cursor: SharedCursor;
  format: (value: number) => string;
  timeOf: (atMs: number, withSeconds: boolean) => string;
}

const align = (data: ChartData): uPlot.AlignedData => [
  data.timesMs,
  ...data.series.map((line) => line.values),
];

/** Keeps a uPlot inside the returned element: its size, theme, data and the shared cursor. */
export function usePlot(o: UsePlot): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(o);
  useEffect(() => {
    latest.current = o;
  });
  const shape = o.data.series.map((line) => line.label).join('|');
  const empty = o.data.timesMs.length === 0;

  useEffect(() => {
    const element = place.current;
    if (element === null || empty) return;
    const make = () => {
      plot.current?.destroy();
      const { data, height, cursor, lowestTop, spanMs } = latest.current;
      const options = plotOptions({
        width: element.clientWidth,
        height,
        series: data.series,
        lowestTop,
        spanMs,
        colours: readColours(element),
        texts: {
          value: (value) => latest.current.format(value),
          time: (atMs, withSeconds) => latest.current.timeOf(atMs, withSeconds),
        },
        window: cursor.window,
        onZoom: cursor.zoom,
        onCursor: (index) => cursor.set(index === null ? null : (latest.current.data.timesMs[index] ?? null)),
      });
      plot.current = new uPlot(options, align(data), element);
    };
    make();
    const ended = new AbortController();
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: o.height }),
    );
    resized.observe(element);
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', make, { signal: ended.signal });
    return () => {
      ended.abort();
      resized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, empty, o.height, o.spanMs]);

  useEffect(() => {
    const frame = requestAnimationFrame(() => plot.current?.setData(align(o.data)));
    return () => cancelAnimationFrame(frame);
  }, [o.data]);

  useEffect(() => o.cursor.subscribe(() => showCursor(plot.current, latest.current)), [o.cursor]);
  return place;
}

function showCursor(plot: uPlot | null, { data, cursor }: UsePlot): void {
  if (plot === null) return;
  const atMs = cursor.read();
  const index = atMs === null ? -1 : nearestIndex(data.timesMs, atMs);
  const time = data.timesMs[index];
  // Far below zero hides uPlot's cursor.
  if (time === undefined) plot.setCursor({ left: -10, top: -10 }, false);
  else plot.setCursor({ left: plot.valToPos(time, 'x'), top: plot.over.clientHeight / 2 }, false);
}
