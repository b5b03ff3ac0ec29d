'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useFormat } from '#components/ui/use-format.ts';
import type { StoredAuditEntry } from '#server/ports/audit-log.ts';
import { knownAction } from './action-table.ts';

/** The wording of an action; its code where there is none. */
export function useActionText(): (action: string) => string {
  const t = useTranslations('audit.actions');
  return (action) => {
    const known = knownAction(action);
    return known === null ? action : t(known);
  };
}

/** One entry: who did what to what, when and from where; its facts and its place in the chain on request. */
export function AuditEntry({ entry }: { entry: StoredAuditEntry }) {
  const t = useTranslations('audit');
  const format = useFormat();
  const actionText = useActionText();
  const { id, actor, action, target, address, requestId, details } = entry;
  return (
    <div className="min-w-0 px-4 py-3 text-sm">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <time dateTime={new Date(entry.atMs).toISOString()} className="text-ink-soft">
          {format.dateTime(entry.atMs)}
        </time>
        <span className="wrap-anywhere">
          <strong className="font-semibold">{actor}</strong> {actionText(action)}
          {target !== null && <>: {target}</>}
        </span>
      </p>
      <details className="group mt-1">
        <summary className="inline-flex min-h-6 cursor-pointer items-center gap-1.5 text-ink-soft hover:text-ink">
          <ChevronDown
            aria-hidden
            size={14}
            className="-rotate-90 transition-transform group-open:rotate-0"
          />
          {t('details')} <span className="sr-only">{t('entry', { id })}</span>
        </summary>
        <dl className="mt-2 grid gap-x-4 gap-y-1 sm:grid-cols-[minmax(8rem,auto)_1fr]">
          {Object.entries(details).map(([name, value]) => (
            <Fact key={name} name={name} value={value === null ? '–' : String(value)} />
          ))}
        </dl>
        <p className="mt-2 text-ink-soft wrap-anywhere">
          {[
            t('entry', { id }),
            address !== null && t('from', { address }),
            requestId !== null && t('request', { id: requestId }),
          ]
            .filter((part) => part !== false)
            .join(' · ')}
          <br />
          {t('hash')} <code>{entry.hash}</code>
        </p>
      </details>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-ink-soft">{name}</dt>
      <dd className="wrap-anywhere">{value}</dd>
    </>
  );
}
