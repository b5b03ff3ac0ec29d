'use client';

import { ChevronDown } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { AuditEntry } from '#components/audit/audit-entry.tsx';
import { RouteOutcomeList } from '#components/clients/route-outcome-list.tsx';
import { useText } from '#components/i18n/use-text.ts';
import { useLossOutcome } from '#components/operations/loss-outcome.tsx';
import { OperationStatusTag } from '#components/operations/operation-status-tag.tsx';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { HistoryItem } from '#server/services/services.ts';

type Run = Extract<HistoryItem, { type: 'run' }>;

/** A run: who, why, what was shown before, what was decided, what came of it. */
export function RunItem({ run }: { run: Run }) {
  const t = useTranslations('history');
  const tRun = useTranslations('run');
  const text = useText();
  const format = useFormat();
  return (
    <article className="space-y-2 px-4 py-3 text-sm">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <time dateTime={new Date(run.atMs).toISOString()} className="text-ink-soft">
          {format.dateTime(run.atMs)}
        </time>
        <h2 className="font-semibold">
          <Link className="link" href={`/operations/${run.operationId}`}>
            {text(run.title)}
          </Link>
        </h2>
        <OperationStatusTag status={run.status} />
      </header>
      <p className="text-ink-soft">
        {tRun('startedBy', { name: run.startedBy, time: format.shortDateTime(run.atMs) })}. {t('reason')}:{' '}
        <span className="text-ink">{run.reason ?? t('noReason')}</span>
      </p>
      <Outcome run={run} />
      {run.loss !== null && <Loss loss={run.loss} />}
      {run.routes !== null && <RouteOutcomeList outcome={run.routes} />}
      <Shown gates={run.shown} />
      {run.entries.length > 0 && (
        <details className="group/run">
          <summary className="inline-flex min-h-6 cursor-pointer items-center gap-1.5 text-ink-soft hover:text-ink">
            <ChevronDown
              aria-hidden
              size={14}
              className="-rotate-90 transition-transform group-open/run:rotate-0"
            />
            {t('decided')}
          </summary>
          <ol className="mt-2 divide-y divide-line rounded-md border border-line">
            {run.entries.map((entry) => (
              <li key={entry.id}>
                <AuditEntry entry={entry} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </article>
  );
}

function Outcome({ run }: { run: Run }) {
  const t = useTranslations('history');
  const tRun = useTranslations('run');
  const format = useFormat();
  const nothing = run.finishedAtMs === null && run.outageMs === null && run.problem === null;
  if (nothing && run.note === null) return null;
  return (
    <div className="space-y-1.5">
      <p className="text-ink-soft">
        {t('outcome')}:{' '}
        <span className="text-ink">
          {run.finishedAtMs !== null && tRun('took', { time: format.ms(run.finishedAtMs - run.atMs) })}{' '}
          {run.outageMs !== null && t('outage', { time: format.ms(run.outageMs) })}{' '}
          {run.note !== null && tRun('noted', { note: run.note })}
        </span>
      </p>
      {run.problem !== null && <ProblemNote problem={run.problem} />}
    </div>
  );
}

function Loss({ loss }: { loss: NonNullable<Run['loss']> }) {
  const t = useTranslations('run.loss');
  const { measured, said } = useLossOutcome()(loss);
  if (!loss.exceeded)
    return (
      <p>
        {measured} <span className="text-ink-soft">{said}</span>
      </p>
    );
  return (
    <Note severity="critical" title={measured}>
      <p>
        {said} {t('exceeded')}
      </p>
    </Note>
  );
}

function Shown({ gates }: { gates: Run['shown'] }) {
  const t = useTranslations('history');
  const text = useText();
  if (gates.length === 0) return null;
  const notable = gates.filter((gate) => gate.state !== 'ok');
  if (notable.length === 0) {
    return (
      <p className="text-ink-soft">
        {t('shown')}: <span className="text-ink">{t('allShown', { count: gates.length })}</span>
      </p>
    );
  }
  return (
    <div>
      <p className="text-ink-soft">{t('shown')}:</p>
      <ul className="list-disc pl-5">
        {notable.map((gate) => (
          <li key={`${gate.code}${gate.server ?? ''}`}>
            {text(gate.title)}: {text(gate.detail)}
          </li>
        ))}
      </ul>
    </div>
  );
}
