'use client';

import { useCallback, useRef, useSyncExternalStore } from 'react';
import { useLiveStore } from '#components/live/live-provider.tsx';
import { isCurrent, useLiveStatus, type Shown } from '#components/live/use-live.ts';
import { useNow } from '#components/live/use-now.ts';
import { freshnessOf } from '#server/domain/freshness.ts';
import type { PairSample, Severity } from '#server/domain/pair-sample.ts';
import type { PairView } from '#server/services/services.ts';

export interface FleetMember {
  pair: PairView;
  sample: PairSample | null;
  ageMs: number | null;
  severity: Severity;
}

/** All pairs with what is known of them now; a sample that is too old counts as unknown. */
export function useFleet(pairs: readonly PairView[]): FleetMember[] {
  const store = useLiveStore();
  const { connection } = useLiveStatus();
  const now = useNow();
  const samples = useSamples(pairs);
  return pairs.map((pair, index) => {
    const sample = samples[index] ?? pair.sample;
    const ageMs =
      sample === null || now === null ? null : Math.max(0, now - store.clock.ms - sample.takenAtMs);
    const shown: Shown = connection === 'lost' ? 'frozen' : freshnessOf(ageMs);
    // While the server renders no clock is compared yet; the first look in the browser corrects it.
    const known = sample !== null && (now === null || isCurrent(shown));
    return { pair, sample, ageMs, severity: known ? sample.diagnosis.severity : 'unknown' };
  });
}

function useSamples(pairs: readonly PairView[]): readonly (PairSample | null)[] {
  const store = useLiveStore();
  const last = useRef<readonly (PairSample | null)[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = pairs.map((pair) => store.subscribePair(pair.id, listener));
      return () => {
        for (const end of ends) end();
      };
    },
    [pairs, store],
  );
  const read = () => {
    const next = pairs.map((pair) => store.sample(pair.id));
    const same =
      next.length === last.current.length && next.every((sample, index) => sample === last.current[index]);
    if (!same) last.current = next;
    return last.current;
  };
  return useSyncExternalStore(subscribe, read, () => NOTHING);
}

const NOTHING: readonly (PairSample | null)[] = [];
