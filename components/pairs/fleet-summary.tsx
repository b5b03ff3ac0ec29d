'use client';

import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { Note } from '#components/status/note.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { freshnessOf } from '#server/domain/freshness.ts';
import type { Severity } from '#server/domain/pair-sample.ts';
import type { PairView } from '#server/services/services.ts';
import { useFleet } from './use-fleet.ts';

const NAMED: readonly Severity[] = ['critical', 'high', 'medium', 'unknown'];
const FLOOD_SHARE = 0.2;

/** The fleet in one sentence; it also counts in the title of the tab. */
export function FleetSummary({ pairs }: { pairs: readonly PairView[] }) {
  const t = useTranslations('fleet');
  const tSeverity = useTranslations('severity');
  const format = useFormat();
  const fleet = useFleet(pairs);
  const count = (severity: Severity) => fleet.filter((member) => member.severity === severity).length;
  const abnormal = NAMED.filter((severity) => count(severity) > 0).map((severity) =>
    t('abnormal', { count: count(severity), severity: tSeverity(severity).toLocaleLowerCase() }),
  );
  const ages = fleet.map((member) => member.ageMs).filter((age) => age !== null);
  const late = fleet.filter(
    (member) => member.ageMs !== null && freshnessOf(member.ageMs) === 'stale',
  ).length;
  const urgent = count('critical') + count('high');
  useTabCount(urgent);
  return (
    <>
      <p className="text-pretty">
        <strong className="font-semibold text-ink">
          {t('summary', { healthy: count('ok') + count('info'), total: fleet.length })}
        </strong>{' '}
        {abnormal.length > 0 && `${abnormal.join(', ')}. `}
        {ages.length > 0 && t('oldest', { age: format.seconds(Math.round(Math.max(...ages) / 1_000)) })}
      </p>
      {late > fleet.length * FLOOD_SHARE && fleet.length > 1 && (
        <Note severity="medium" className="mt-4 text-ink" title={t('late', { count: late })} />
      )}
    </>
  );
}

function useTabCount(urgent: number): void {
  useEffect(() => {
    const plain = document.title.replace(/^\(\d+\) /, '');
    document.title = urgent > 0 ? `(${urgent}) ${plain}` : plain;
  }, [urgent]);
}
