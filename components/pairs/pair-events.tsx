'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import { SEVERITY_LOOK } from '#components/status/severity-table.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Card } from '#components/ui/card.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { Severity } from '#server/domain/pair-sample.ts';
import { useEventLabel } from '#components/pair-state/use-event-label.ts';

const SHOWN = 20;

const isSeverity = (text: string): text is Severity => Object.hasOwn(SEVERITY_LOOK, text);

/** Changes of the pair's state, newest first. */
export function PairEvents({ pairId }: { pairId: string }) {
  const t = useTranslations('pair');
  const tHistory = useTranslations('history');
  const label = useEventLabel();
  const tSeverity = useTranslations('severity');
  const format = useFormat();
  const events = useQuery(useTRPC().pair.events.queryOptions({ id: pairId, limit: SHOWN }));
  return (
    <section aria-labelledby="events">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="events" className="text-base font-semibold">
          {t('events')}
        </h2>
        <Link className="link text-sm" href={`/pairs/${pairId}/history`}>
          {tHistory('open')}
        </Link>
      </div>
      <QueryStates query={events} skeleton={<Skeleton className="h-24" />}>
        {(list) =>
          list.length === 0 ? (
            <p className="text-ink-soft">{t('noEvents')}</p>
          ) : (
            <Card>
              <ol className="divide-y divide-line">
                {list.map((event) => {
                  const severity = isSeverity(event.severity) ? event.severity : 'unknown';
                  const look = SEVERITY_LOOK[severity];
                  return (
                    <li
                      key={`${event.atMs}${event.code}`}
                      className="flex flex-wrap items-center gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm"
                    >
                      <time dateTime={new Date(event.atMs).toISOString()} className="w-48 text-ink-soft">
                        {format.dateTime(event.atMs)}
                      </time>
                      <span className={`inline-flex items-center gap-2 font-medium ${look.ink}`}>
                        <Mark shape={look.shape} />
                        <span className="sr-only">{tSeverity(severity)}: </span>
                        {label(event.code)}
                      </span>
                    </li>
                  );
                })}
              </ol>
            </Card>
          )
        }
      </QueryStates>
    </section>
  );
}
