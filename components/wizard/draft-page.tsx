'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Note } from '#components/status/note.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { ButtonLink } from '#components/ui/button.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { DraftView, ServerView } from '#server/services/services.ts';
import { AdoptServersStep } from './adopt-servers-step.tsx';
import { GateStep } from './gate-step.tsx';
import { NameStep } from './name-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { SafetyStep } from './safety-step.tsx';
import { StandbyServersStep } from './standby-servers-step.tsx';
import type { WizardStep } from './wizard-steps.ts';

/** One page of a set-up; its answers are a row on the server, so reload and colleagues find them. */
export function DraftPage({ draftId, step }: { draftId: string; step: WizardStep }) {
  const t = useTranslations('shell');
  const trpc = useTRPC();
  const draft = useQuery(trpc.draft.get.queryOptions({ id: draftId }));
  const servers = useQuery(trpc.server.list.queryOptions());
  const skeleton = <Skeleton className="h-96 max-w-2xl" />;
  return (
    <QueryStates title={t('pairs')} query={draft} skeleton={skeleton}>
      {(view) => (
        <QueryStates title={t('pairs')} query={servers} skeleton={skeleton}>
          {(list) =>
            view.operationId === null ? (
              <Step draft={view} servers={list} step={step} />
            ) : (
              <Started id={view.operationId} />
            )
          }
        </QueryStates>
      )}
    </QueryStates>
  );
}

function Step({ draft, servers, step }: { draft: DraftView; servers: ServerView[]; step: WizardStep }) {
  const { data } = draft;
  if (step === 'gate') return <GateStep draft={draft} servers={servers} />;
  if (step === 'name') return <NameStep draft={draft} servers={servers} />;
  if (step === 'review') return <ReviewStep draft={draft} servers={servers} />;
  if (data.kind === 'adopt') return <AdoptServersStep draft={draft} data={data} servers={servers} />;
  if (step === 'safety') return <SafetyStep draft={draft} data={data} servers={servers} />;
  return <StandbyServersStep draft={draft} data={data} servers={servers} />;
}

function Started({ id }: { id: string }) {
  const t = useTranslations('wizard');
  return (
    <Note
      severity="info"
      title={<h1>{t('started')}</h1>}
      actions={
        <ButtonLink href={`/operations/${id}`} variant="primary">
          {t('toRun')}
        </ButtonLink>
      }
    />
  );
}
