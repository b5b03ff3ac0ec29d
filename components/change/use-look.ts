'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLiveStatus, useServerNow, type Shown } from '#components/live/use-live.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import type { Assessment, ChangeKind, ChangeWay } from '#server/domain/assessment.ts';
import { changedGates, EMPTY_GATE_LOG, logGates } from './gate-log.ts';

/** Asking keeps the worker looking every two seconds. */
const ASK_EVERY_MS = 1_000;
const LIVE_MS = 4_500;
/** The server refuses what is planned on an older look. */
const FRESH_MS = 10_000;

/** The newest look, kept alive while the page is open. */
export function useLook(pairId: string, kind: ChangeKind, way: ChangeWay | null) {
  const query = useQuery(
    useTRPC().change.assess.queryOptions(
      { pairId, kind, way },
      {
        // Without any look yet, an error stays to be read, with its retry.
        refetchInterval: (asked) =>
          asked.state.data === undefined && asked.state.error !== null ? false : ASK_EVERY_MS,
        staleTime: 0,
        placeholderData: keepPreviousData,
      },
    ),
  );
  return { query, assessment: query.data?.assessment ?? null };
}

export interface LookAge {
  nowMs: number | null;
  ageMs: number | null;
  shown: Shown;
  fresh: boolean;
  connectionLost: boolean;
}

/** How old a look is now. */
export function useLookAge(assessment: Assessment): LookAge {
  const nowMs = useServerNow();
  const connectionLost = useLiveStatus().connection === 'lost';
  const ageMs = nowMs === null ? null : Math.max(0, nowMs - assessment.takenAtMs);
  const known = ageMs ?? 0;
  const aged = known <= LIVE_MS ? 'live' : known <= FRESH_MS ? 'delayed' : 'stale';
  return {
    nowMs,
    ageMs,
    shown: connectionLost ? 'frozen' : aged,
    fresh: known <= FRESH_MS,
    connectionLost,
  };
}

/** Gates whose state changed a moment ago. */
export function useChangedGates(assessment: Assessment, nowMs: number | null): ReadonlySet<string> {
  const [log, setLog] = useState(EMPTY_GATE_LOG);
  if (log.lookId !== assessment.id) setLog(logGates(log, assessment));
  return changedGates(log, nowMs ?? assessment.takenAtMs);
}
