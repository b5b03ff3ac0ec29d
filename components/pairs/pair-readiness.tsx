'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { useServerNow } from '#components/live/use-live.ts';
import { Card } from '#components/ui/card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';
import { presentReadiness } from './present-readiness.ts';
import { ReadinessTag } from './readiness-tag.tsx';

/** Could the roles be changed now, and if not, why not. */
export function PairReadiness({ pair }: { pair: PairView }) {
  const t = useTranslations('readiness');
  const text = useText();
  const format = useFormat();
  const now = useServerNow();
  const { state, takenAtMs, reasons } = presentReadiness(pair.readiness, now);
  return (
    <section aria-labelledby="readiness">
      <Card className="px-4 py-3 sm:px-5">
        <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
          <h2 id="readiness" className="text-base font-semibold">
            {t('title')}
          </h2>
          <ReadinessTag state={state} />
          {takenAtMs !== null && now !== null && (
            <span className="ml-auto text-sm text-ink-soft tabular-nums">
              {t('looked', { ago: format.ago(takenAtMs, now) })}
            </span>
          )}
        </div>
        <p className="mt-1 text-sm">{t(`sentence.${state}`)}</p>
        {reasons.length > 0 && (
          <ul className="mt-1 list-disc space-y-0.5 pl-5 text-sm">
            {reasons.map((reason) => (
              <li key={reason.en} className="break-words">
                {text(reason)}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </section>
  );
}
