'use client';

import { useTranslations } from 'next-intl';
import { useEventLabel } from '#components/pair-state/use-event-label.ts';
import { Mark } from '#components/status/mark.tsx';
import { SEVERITY_LOOK } from '#components/status/severity-table.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { Severity } from '#server/domain/pair-sample.ts';
import type { HistoryItem } from '#server/services/services.ts';

const isSeverity = (text: string): text is Severity => Object.hasOwn(SEVERITY_LOOK, text);

/** The pair's state changed. */
export function EventItem({ event }: { event: Extract<HistoryItem, { type: 'event' }> }) {
  const label = useEventLabel();
  const tSeverity = useTranslations('severity');
  const format = useFormat();
  const severity = isSeverity(event.severity) ? event.severity : 'unknown';
  const look = SEVERITY_LOOK[severity];
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-3 text-sm">
      <time dateTime={new Date(event.atMs).toISOString()} className="text-ink-soft">
        {format.dateTime(event.atMs)}
      </time>
      <span className={`inline-flex items-center gap-2 font-medium ${look.ink}`}>
        <Mark shape={look.shape} />
        <span className="sr-only">{tSeverity(severity)}: </span>
        {label(event.code)}
      </span>
    </p>
  );
}
