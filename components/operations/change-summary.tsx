'use client';

import { useTranslations } from 'next-intl';
import { ButtonLink } from '#components/ui/button.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { ChangeView, OperationView } from '#server/domain/operation-view.ts';
import type { PairView } from '#server/services/services.ts';

/** What a change of roles did: who was and is primary, and what was lost. */
export function ChangeSummary({ operation, change }: { operation: OperationView; change: ChangeView }) {
  const t = useTranslations('run.summary');
  const loss = useLossSentence(operation, change);
  const primary = (server: string) => t('primaryIs', { server });
  const rows: [string, string][] = [];
  if (loss !== null) rows.push([t('lost'), loss]);
  if (operation.kind !== 'rejoin') {
    rows.push([t('before'), primary(change.oldPrimary)]);
    rows.push([t('after'), primary(change.newPrimary)]);
  }
  return (
    <dl className="grid gap-x-8 gap-y-1.5 text-sm sm:grid-cols-[max-content_1fr]">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="font-medium tabular-nums max-sm:mb-1.5">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Only what was proven or shown before is claimed; null = this kind of run loses nothing. */
function useLossSentence({ kind, loss: measured }: OperationView, { loss }: ChangeView): string | null {
  const t = useTranslations('run.summary');
  const format = useFormat();
  // What was measured since is said beside it, and may be another number.
  if (measured !== null) return null;
  if (kind === 'switchover') return t('lostNothing');
  if (kind !== 'failover' || loss === null) return null;
  if (loss.guaranteedZero) return t('lostNone');
  const { atMost } = loss.bytes;
  return atMost === null ? t('lostUnknown') : t('lostUpTo', { bytes: format.bytes(atMost) });
}

/** The next step after an emergency: bring the old primary back. */
export function NextStep({ pair }: { pair: PairView }) {
  const t = useTranslations('run.summary');
  if (pair.mustRejoin === null) return null;
  return (
    <ButtonLink href={`/pairs/${pair.id}/rejoin`} variant="primary">
      {t('rejoin', { server: pair.mustRejoin.serverName })}
    </ButtonLink>
  );
}
