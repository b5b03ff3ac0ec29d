'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { useLiveStore } from '#components/live/live-provider.tsx';
import { isCurrent } from '#components/live/use-live.ts';
import { Announcer } from '#components/live/announcer.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Note } from '#components/status/note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { useUrlState } from '#components/ui/use-url-state.ts';
import type { HistoryRange } from '#server/domain/history.ts';
import type { PairView } from '#server/services/services.ts';
import { LsnRail } from '#components/pair-state/lsn-rail.tsx';
import { NodeCard } from './node-card.tsx';
import { PairAddress } from './pair-address.tsx';
import { PairCharts } from './pair-charts.tsx';
import { PairEvidence } from './pair-evidence.tsx';
import { PairEvents } from './pair-events.tsx';
import { PairGateWish } from './pair-gate-wish.tsx';
import { PairHeader } from './pair-header.tsx';
import { FollowActions } from './follow-actions.tsx';
import { PairEncryption } from './pair-encryption.tsx';
import { PairReadiness } from './pair-readiness.tsx';
import { PendingFence } from './pending-fence.tsx';
import { TwoPrimaries } from './two-primaries.tsx';
import { usePairState } from '#components/pair-state/use-pair-state.ts';

const toRange = (text: string | null): HistoryRange => (text === '1h' || text === '24h' ? text : '5m');

/** Readiness is looked at every half minute, and no notice tells of it. */
const READINESS_MS = 15_000;

/** One pair: who is primary, is it safe, what is moving. */
export function PairPage({ pairId }: { pairId: string }) {
  const t = useTranslations('shell');
  const pair = useQuery(useTRPC().pair.get.queryOptions({ id: pairId }, { refetchInterval: READINESS_MS }));
  return (
    <QueryStates
      title={t('pairs')}
      query={pair}
      skeleton={
        <div className="space-y-6">
          <Skeleton className="h-24 max-w-2xl" />
          <Skeleton className="h-80" />
          <Skeleton className="h-64" />
        </div>
      }
    >
      {(view) => <PairContent pair={view} />}
    </QueryStates>
  );
}

function PairContent({ pair }: { pair: PairView }) {
  const t = useTranslations('pair');
  const tRemoval = useTranslations('removal');
  const tClients = useTranslations('clients');
  const tRunbook = useTranslations('runbook');
  const tNetwork = useTranslations('network');
  const store = useLiveStore();
  const [live, setLive] = useUrlState('live');
  const [range, setRange] = useUrlState('range');
  const paused = live === '0';
  useEffect(() => {
    if (pair.sample !== null) store.seed(pair.sample);
  }, [pair.sample, store]);
  useEffect(() => {
    store.setPaused(paused);
    return () => store.setPaused(false);
  }, [paused, store]);
  const state = usePairState(pair);
  const old = state.ageMs !== null && !isCurrent(state.shown);
  return (
    <>
      <PairHeader pair={pair} state={state} paused={paused} onPause={(stop) => setLive(stop ? '0' : null)} />
      <Announcer
        text={state.severity === 'critical' ? '' : `${state.label}.`}
        urgent={state.severity === 'critical' ? state.sentence : ''}
      />
      <div className="space-y-8">
        {state.code === 'two-primaries' && <TwoPrimaries pair={pair} />}
        <PendingFence pair={pair} />
        {paused && <Note severity="unknown" title={t('pausedNote')} />}
        {state.sample !== null && <PairEvidence pair={pair} diagnosis={state.sample.diagnosis} />}
        {state.sample !== null && <LsnRail pair={pair} sample={state.sample} old={old} />}
        <PairReadiness pair={pair} />
        <PairGateWish pair={pair} />
        <PairEncryption pair={pair} />
        <section aria-label={t('nodes')} className="grid gap-4 md:grid-cols-2">
          <NodeCard node={pair.primary} sample={state.sample?.primary ?? null} old={old} />
          <NodeCard node={pair.standby} sample={state.sample?.standby ?? null} old={old} />
        </section>
        <PairCharts
          pairId={pair.id}
          range={toRange(range)}
          onRange={(next) => setRange(next === '5m' ? null : next)}
          paused={paused}
          old={old}
        />
        <PairAddress pair={pair} />
        <PairEvents pairId={pair.id} />
        <div className="-ml-3.5 flex flex-wrap gap-2">
          <ButtonLink href={`/pairs/${pair.id}/network`} variant="quiet">
            {tNetwork('open')}
          </ButtonLink>
          <ButtonLink href={`/pairs/${pair.id}/clients`} variant="quiet">
            {tClients('open')}
          </ButtonLink>
          {pair.prepared && (
            <>
              <ButtonLink href={`/pairs/${pair.id}/start-gate`} variant="quiet">
                {t('startGate')}
              </ButtonLink>
              {pair.detached === null && pair.mustRejoin === null && (
                <FollowActions pair={pair} state={state} />
              )}
              <ButtonLink href={`/pairs/${pair.id}/runbook`} variant="quiet">
                {tRunbook('open')}
              </ButtonLink>
            </>
          )}
          <ButtonLink href={`/pairs/${pair.id}/remove`} variant="quiet">
            {tRemoval('open')}
          </ButtonLink>
        </div>
      </div>
    </>
  );
}
