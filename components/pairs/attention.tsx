'use client';

import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import { SEVERITY_LOOK } from '#components/status/severity-table.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';
import { useFleet } from './use-fleet.ts';
import { usePairState } from '#components/pair-state/use-pair-state.ts';

/** What is not as it should be, most urgent first, then the longest. */
export function Attention({ pairs }: { pairs: readonly PairView[] }) {
  const t = useTranslations('fleet');
  const abnormal = useFleet(pairs)
    .filter((member) => member.severity !== 'ok' && member.severity !== 'info')
    .toSorted(
      (a, b) =>
        SEVERITY_LOOK[b.severity].urgency - SEVERITY_LOOK[a.severity].urgency ||
        (a.sample?.diagnosis.sinceMs ?? 0) - (b.sample?.diagnosis.sinceMs ?? 0),
    );
  if (abnormal.length === 0) return null;
  return (
    <section aria-labelledby="attention">
      <h2 id="attention" className="mb-3 text-base font-semibold">
        {t('attention')}
      </h2>
      <ul className="space-y-2">
        {abnormal.map(({ pair }) => (
          <li key={pair.id}>
            <AttentionRow pair={pair} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function AttentionRow({ pair }: { pair: PairView }) {
  const t = useTranslations('fleet');
  const tSeverity = useTranslations('severity');
  const format = useFormat();
  const state = usePairState(pair);
  const look = SEVERITY_LOOK[state.severity];
  return (
    <Link
      href={`/pairs/${pair.id}`}
      className={`flex items-start gap-3 rounded-lg border px-4 py-3 hover:border-current ${look.wash} ${look.edge}`}
    >
      <Mark shape={look.shape} size={18} className={`mt-0.5 ${look.ink}`} />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline gap-x-3">
          <strong className="font-semibold wrap-anywhere">{pair.name}</strong>
          <span className={`text-sm font-medium ${look.ink}`}>
            {tSeverity(state.severity)}
            {state.severity !== 'unknown' && `: ${state.label}`}
          </span>
          {state.sinceMs !== null && (
            <span className="text-sm text-ink-soft">
              {t('since', { time: format.shortDateTime(state.sinceMs) })}
            </span>
          )}
        </span>
        <span className="block text-sm">{state.sentence}</span>
      </span>
      <ChevronRight aria-hidden size={18} className="mt-0.5 shrink-0 text-ink-soft" />
    </Link>
  );
}
