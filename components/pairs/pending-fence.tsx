'use client';

import { useTranslations } from 'next-intl';
import { Announcer } from '#components/live/announcer.tsx';
import { useServerNow } from '#components/live/use-live.ts';
import { Note } from '#components/status/note.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';
import { FenceChoice } from './fence-choice.tsx';

/** An old primary that could still accept writes: alarmed until it is fenced. */
export function PendingFence({ pair }: { pair: PairView }) {
  const t = useTranslations('pair.fence');
  const format = useFormat();
  const now = useServerNow();
  if (pair.pendingFence === null) return null;
  const { serverName: server, sinceMs, state, detail } = pair.pendingFence;
  return (
    <>
      <Announcer text="" urgent={t(state, { server })} />
      <Note
        severity="critical"
        title={t(state, { server })}
        actions={state === 'conflict' && <FenceChoice pair={pair} />}
      >
        <p className="text-sm">{t(`${state}Text`, { server })}</p>
        <p className="text-sm break-words text-ink-soft">
          {now !== null && t('since', { time: format.shortDateTime(sinceMs), ago: format.ago(sinceMs, now) })}{' '}
          {detail}
        </p>
      </Note>
    </>
  );
}
