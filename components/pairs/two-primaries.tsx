'use client';

import { useTranslations } from 'next-intl';
import { Note } from '#components/status/note.tsx';
import type { PairView } from '#server/services/services.ts';
import { FenceChoice } from './fence-choice.tsx';

/** Both servers accept writes: every second makes it worse, so the way out stands on top. */
export function TwoPrimaries({ pair }: { pair: PairView }) {
  const t = useTranslations('pair.fence');
  return (
    <Note severity="critical" title={t('both')} actions={<FenceChoice pair={pair} />}>
      <p className="text-sm">{t('bothText')}</p>
    </Note>
  );
}
