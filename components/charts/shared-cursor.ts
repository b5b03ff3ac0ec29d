import type { SharedCursor, TimeWindow } from './chart-types.ts';

/** A cursor and a zoom that several charts show at once, whoever moves them. */
export function createSharedCursor(): SharedCursor {
  let time: number | null = null;
  let part: TimeWindow | null = null;
  const listeners = new Set<() => void>();
  return {
    read: () => time,
    set(atMs) {
      if (atMs === time) return;
      time = atMs;
      for (const listener of listeners) listener();
    },
    window: () => part,
    zoom(to) {
      if (to?.fromMs === part?.fromMs && to?.toMs === part?.toMs) return;
      part = to;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
