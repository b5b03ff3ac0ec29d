import type { SharedCursor } from './chart-types.ts';

/** A cursor that several charts show at once, whoever moves it. */
export function createSharedCursor(): SharedCursor {
  let time: number | null = null;
  const listeners = new Set<() => void>();
  return {
    read: () => time,
    set(atMs) {
      if (atMs === time) return;
      time = atMs;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
