'use client';

import { useTranslations } from 'next-intl';
import { isCurrent } from '#components/live/use-live.ts';
import { usePairState } from '#components/pair-state/use-pair-state.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';
import { writersNow } from './writers-now.ts';

/** Which server accepts writes now, from the newest measurement; an old one answers nothing. */
export function WritersAnswer({ pair }: { pair: PairView }) {
  const t = useTranslations('run.failure');
  const format = useFormat();
  const { sample, shown, ageMs } = usePairState(pair);
  if (sample === null || ageMs === null || !isCurrent(shown)) return t('writesOld');
  const { accepting, silent } = writersNow(pair, sample);
  const [a, b] = accepting;
  const age = format.seconds(Math.round(ageMs / 1_000));
  return (
    <>
      {a === undefined && t('writesNone')}
      {a !== undefined && b === undefined && t('writesOne', { server: a, age })}
      {a !== undefined && b !== undefined && t('writesBoth', { a, b })}
      {silent.length > 0 && ` ${t('writesSilent', { servers: silent.join(', ') })}`}
    </>
  );
}
