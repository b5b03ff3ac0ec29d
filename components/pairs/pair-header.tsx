'use client';

import { Pause, Play } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { FreshnessMark } from '#components/live/freshness-mark.tsx';
import { useServerNow } from '#components/live/use-live.ts';
import { Mark } from '#components/status/mark.tsx';
import { SEVERITY_LOOK } from '#components/status/severity-table.ts';
import { Button } from '#components/ui/button.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';
import { PairActions } from './pair-actions.tsx';
import type { PairState } from '#components/pair-state/use-pair-state.ts';

export interface PairHeaderProps {
  pair: PairView;
  state: PairState;
  paused: boolean;
  onPause: (paused: boolean) => void;
}

/** Who is it, is it safe, how old is what I see. */
export function PairHeader({ pair, state, paused, onPause }: PairHeaderProps) {
  const t = useTranslations('pair');
  const tEnvironment = useTranslations('environment');
  const tMode = useTranslations('mode');
  return (
    <PageHeader
      title={pair.name}
      back={{ href: '/', label: t('backToFleet') }}
      caption={`${tEnvironment(pair.environment)} · ${tMode(pair.mode)}`}
      actions={
        <>
          <span className="flex items-center">
            <FreshnessMark shown={state.shown} ageMs={state.ageMs} />
          </span>
          <Button aria-pressed={paused} onClick={() => onPause(!paused)}>
            {paused ? <Play aria-hidden size={15} /> : <Pause aria-hidden size={15} />}
            {paused ? t('resume') : t('pause')}
          </Button>
          <PairActions pair={pair} state={state} />
        </>
      }
    >
      <StateSentence state={state} />
      {pair.runningOperationId !== null && (
        <p className="mt-2 flex flex-wrap items-center gap-2 text-running">
          <Mark shape="gear" />
          {t('running')}
          <Link className="link" href={`/operations/${pair.runningOperationId}`}>
            {t('openRun')}
          </Link>
        </p>
      )}
    </PageHeader>
  );
}

function StateSentence({ state }: { state: PairState }) {
  const t = useTranslations('pair');
  const format = useFormat();
  const now = useServerNow();
  const look = SEVERITY_LOOK[state.severity];
  return (
    <p className="flex items-start gap-2.5 text-base text-ink">
      <Mark shape={look.shape} size={20} className={`mt-0.5 ${look.ink}`} />
      <span>
        <strong className={`font-semibold ${state.severity === 'ok' ? '' : look.ink}`}>{state.label}.</strong>{' '}
        {state.sentence}{' '}
        {state.sinceMs !== null && state.severity !== 'ok' && now !== null && (
          <span className="text-sm text-ink-soft">
            {t('since', { time: format.shortDateTime(state.sinceMs), ago: format.ago(state.sinceMs, now) })}
          </span>
        )}
      </span>
    </p>
  );
}
