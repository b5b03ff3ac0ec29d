'use client';

import { useTranslations } from 'next-intl';
import { useServerNow } from '#components/live/use-live.ts';
import { Note } from '#components/status/note.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';

/** An old primary that could still accept writes: alarmed until it is fenced. */
export function PendingFence({ fence }: { fence: NonNullable<PairView['pendingFence']> }) {
  const t = useTranslations('pair.fence');
  const format = useFormat();
  const now = useServerNow();
  const { serverName: server, sinceMs, state, detail } = fence;
  return (
    <Note severity="critical" role="alert" title={t(state, { server })}>
      <p className="text-sm">{t(`${state}Text`, { server })}</p>
      <p className="text-sm break-words text-ink-soft">
        {now !== null && t('since', { time: format.shortDateTime(sinceMs), ago: format.ago(sinceMs, now) })}{' '}
        {detail}
      </p>
    </Note>
  );
}
