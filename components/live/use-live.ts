'use client';

import { useSyncExternalStore } from 'react';
import { freshnessOf, type Freshness } from '#server/domain/freshness.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import { useLiveStore } from './live-provider.tsx';
import type { LiveStatus } from './live-store.ts';
import { useNow } from './use-now.ts';

const SERVER_STATUS: LiveStatus = { connection: 'connecting', lostAtMs: null, paused: false };

/** State of the way between this browser and the server. */
export function useLiveStatus(): LiveStatus {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribeStatus, store.status, () => SERVER_STATUS);
}

/** `frozen` = the browser has lost the server; `paused` = the person stopped the picture. */
export type Shown = Freshness | 'frozen' | 'paused';

export interface LiveSample {
  sample: PairSample | null;
  /** Null while the server renders or before any sample. */
  ageMs: number | null;
  shown: Shown;
}

/** The newest sample of a pair with its age; `initial` comes from the query until a tick arrives. */
export function useLiveSample(pairId: string, initial: PairSample | null): LiveSample {
  const store = useLiveStore();
  const live = useSyncExternalStore(
    (listener) => store.subscribePair(pairId, listener),
    () => store.sample(pairId),
    () => null,
  );
  const status = useLiveStatus();
  const now = useNow();
  const sample = live === null || (initial !== null && initial.takenAtMs > live.takenAtMs) ? initial : live;
  const ageMs = now === null || sample === null ? null : Math.max(0, now - store.clock.ms - sample.takenAtMs);
  return { sample, ageMs, shown: shownAs(status, ageMs) };
}

function shownAs(status: LiveStatus, ageMs: number | null): Shown {
  if (status.connection === 'lost') return 'frozen';
  if (status.paused) return 'paused';
  return freshnessOf(ageMs);
}

/** True when values may be taken as the present; everything else is hatched. */
export function isCurrent(shown: Shown): boolean {
  return shown === 'live' || shown === 'delayed';
}

/** The server's present, ms since epoch, as seen from this browser; null while the server renders. */
export function useServerNow(): number | null {
  const store = useLiveStore();
  const now = useNow();
  return now === null ? null : now - store.clock.ms;
}
