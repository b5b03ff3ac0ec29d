'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Announcer } from '#components/live/announcer.tsx';
import { useText } from '#components/i18n/use-text.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import { LossNote } from './loss-outcome.tsx';
import { OPERATION_LOOK, STEP_LOOK } from './operation-table.ts';
import { OperationStatusTag } from './operation-status-tag.tsx';
import { OutageClock } from './outage-clock.tsx';
import { RunActions } from './run-actions.tsx';
import { RunFailure } from './run-failure.tsx';
import { RunLog } from './run-log.tsx';
import { RunOutcome } from './run-outcome.tsx';
import { RunRail, useRunPair } from './run-pair.tsx';
import { RunState } from './run-state.tsx';
import { StepList } from './step-list.tsx';

/** Notices tell of every change; this is for the case that one gets lost. */
const WHILE_ACTIVE_MS = 2_000;

/** One run: what it does, where it stands, what may be done. */
export function OperationPage({ operationId }: { operationId: string }) {
  const t = useTranslations('shell');
  const operation = useQuery(
    useTRPC().operation.get.queryOptions(
      { id: operationId },
      {
        refetchInterval: (query) =>
          query.state.data !== undefined && OPERATION_LOOK[query.state.data.status].active
            ? WHILE_ACTIVE_MS
            : false,
      },
    ),
  );
  return (
    <QueryStates title={t('operations')} query={operation} skeleton={<Skeleton className="h-[32rem]" />}>
      {(view) => <OperationContent operation={view} />}
    </QueryStates>
  );
}

function OperationContent({ operation }: { operation: OperationView }) {
  const t = useTranslations('run');
  const text = useText();
  const format = useFormat();
  const pair = useRunPair(operation);
  const { active } = OPERATION_LOOK[operation.status];
  const { outage, change } = operation;
  return (
    <>
      <PageHeader
        title={text(operation.title)}
        back={{ href: '/operations', label: t('title') }}
        caption={t('startedBy', { name: operation.startedBy, time: format.dateTime(operation.createdAtMs) })}
        actions={<RunActions operation={operation} />}
      >
        <OperationStatusTag
          status={operation.status}
          verifying={active && operation.status !== 'queued' && !operation.workerAlive}
        />
        {change?.reason != null && <p className="mt-1 text-sm">{t('reason', { reason: change.reason })}</p>}
      </PageHeader>
      <RunAnnouncer operation={operation} />
      <div className="space-y-8">
        {operation.status === 'needs-attention' && <RunFailure operation={operation} pair={pair} />}
        {active && <RunState operation={operation} />}
        {outage !== null && <OutageClock outage={outage} />}
        {!active && operation.status !== 'needs-attention' && (
          <RunOutcome operation={operation} pair={pair} />
        )}
        {operation.loss !== null && <LossNote operationId={operation.id} loss={operation.loss} />}
        {change !== null && (active || operation.status === 'needs-attention') && <RunRail pair={pair} />}
        <div className="grid gap-8 lg:grid-cols-[minmax(0,5fr)_minmax(0,4fr)] lg:items-start">
          <StepList operation={operation} />
          <RunLog operation={operation} />
        </div>
      </div>
    </>
  );
}

/** Says when a step is through and when the run stops; never the numbers in between. */
function RunAnnouncer({ operation }: { operation: OperationView }) {
  const t = useTranslations('run');
  const text = useText();
  const over = operation.steps.filter((step) => STEP_LOOK[step.state].over).length;
  const last = operation.plan.steps[over - 1];
  const said =
    last === undefined
      ? ''
      : t('spokenStep', { n: over, total: operation.steps.length, what: text(last.explain) });
  const failed = operation.status === 'needs-attention';
  return <Announcer text={failed ? '' : said} urgent={failed ? t('spokenFailure') : ''} />;
}
