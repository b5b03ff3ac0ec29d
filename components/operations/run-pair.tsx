'use client';

import { useQuery } from '@tanstack/react-query';
import { isCurrent } from '#components/live/use-live.ts';
import { LsnRail } from '#components/pair-state/lsn-rail.tsx';
import { usePairState } from '#components/pair-state/use-pair-state.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { PairView } from '#server/services/services.ts';

/** The pair whose roles a run changes; null = another kind of run, or not known (any more). */
export function useRunPair({ pairId, change }: OperationView): PairView | null {
  const trpc = useTRPC();
  const pair = useQuery(
    trpc.pair.get.queryOptions({ id: pairId ?? '' }, { enabled: pairId !== null && change !== null }),
  );
  return pair.data ?? null;
}

/** Both servers' positions while a run works on them: one sees them converge. */
export function RunRail({ pair }: { pair: PairView | null }) {
  return pair === null ? <Skeleton className="h-80" /> : <Rail pair={pair} />;
}

function Rail({ pair }: { pair: PairView }) {
  const state = usePairState(pair);
  if (state.sample === null) return null;
  return <LsnRail pair={pair} sample={state.sample} old={state.ageMs !== null && !isCurrent(state.shown)} />;
}
