'use client';

import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { insidePath } from '#components/auth/inside-path.ts';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { OperationStatus } from '#server/domain/operation-view.ts';
import { CHECK_ROWS, type CheckRow } from '#server/domain/server-check.ts';
import type { ServerView } from '#server/services/services.ts';
import { CheckList } from './check-list.tsx';
import { EditServer } from './edit-server.tsx';
import { InstanceList } from './instance-list.tsx';
import { RemoveServer } from './remove-server.tsx';
import { ServerStatus } from './server-status.tsx';
import { SudoRights } from './sudo-rights.tsx';

const WHILE_CHECKING_MS = 1_500;

/** True while the worker is at it; both are asked again then, should a notice get lost. */
function useChecking(server: ServerView): boolean {
  const trpc = useTRPC();
  const { operationId } = server;
  const operation = useQuery(
    trpc.operation.get.queryOptions(operationId === null ? skipToken : { id: operationId }, {
      refetchInterval: (query) => (isOpen(query.state.data?.status) ? WHILE_CHECKING_MS : false),
    }),
  );
  const open = isOpen(operation.data?.status);
  useQuery(
    trpc.server.get.queryOptions({ id: server.id }, { refetchInterval: open ? WHILE_CHECKING_MS : false }),
  );
  return open;
}

const isOpen = (status: OperationStatus | undefined) => status === 'queued' || status === 'running';

/** One server: is it reachable, as whom, and what is on it. */
export function ServerPage({ serverId }: { serverId: string }) {
  const t = useTranslations('shell');
  const trpc = useTRPC();
  const server = useQuery(trpc.server.get.queryOptions({ id: serverId }));
  return (
    <QueryStates title={t('servers')} query={server} skeleton={<Skeleton className="h-96" />}>
      {(view) => <ServerContent server={view} />}
    </QueryStates>
  );
}

function ServerContent({ server }: { server: ServerView }) {
  const tPrepare = useTranslations('prepareHost');
  const tContainer = useTranslations('makeContainer');
  const tRelease = useTranslations('releaseSettings');
  const hasContainer = server.facts?.instances.some((instance) => instance.kind === 'docker') === true;
  const t = useTranslations('servers');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const search = useSearchParams();
  const returnTo = search.get('return');
  const refresh = () => queryClient.invalidateQueries(trpc.server.pathFilter());
  const check = useMutation(trpc.server.check.mutationOptions({ onSettled: refresh }));
  const approve = useMutation(trpc.server.approveHostKey.mutationOptions({ onSettled: refresh }));
  const failure = check.error ?? approve.error;
  const checking = useChecking(server) || check.isPending;
  const retry = (rows: CheckRow[]) => check.mutate({ id: server.id, rows });
  const firstTime = CHECK_ROWS.every((row) => server.checks[row] === undefined);
  return (
    <>
      <PageHeader
        title={server.name}
        back={{ href: '/servers', label: t('title') }}
        caption={`${server.username}@${server.host}:${server.port}`}
        actions={
          <>
            <EditServer server={server} onSaved={() => retry([])} />
            <Button busy={checking} onClick={() => retry([])}>
              {firstTime ? t('checkFirst') : t('checkAll')}
            </Button>
          </>
        }
      >
        <ServerStatus server={server} />
      </PageHeader>
      <div className="space-y-8">
        {failure !== null && <ProblemNote role="alert" problem={problemOf(failure)} />}
        {returnTo !== null && server.status === 'verified' && (
          <Note
            severity="info"
            role="status"
            title={t('readyToReturn')}
            actions={
              <ButtonLink href={insidePath(returnTo)} variant="primary">
                {t('return')}
              </ButtonLink>
            }
          />
        )}
        <CheckList
          server={server}
          checking={checking}
          focusOnOpen={search.get('new') === '1'}
          onRetry={(row) => retry([row])}
          onApprove={(fingerprint) =>
            approve.mutate({ id: server.id, fingerprint }, { onSuccess: () => retry([]) })
          }
          approving={approve.isPending}
        />
        {server.facts !== null && <InstanceList facts={server.facts} />}
        <SudoRights server={server} />
        {server.status === 'verified' && (
          <div className="flex flex-wrap gap-3">
            <ButtonLink href={`/servers/${server.id}/prepare`}>{tPrepare('open')}</ButtonLink>
            <ButtonLink href={`/servers/${server.id}/container`}>{tContainer('open')}</ButtonLink>
            {hasContainer && (
              <ButtonLink href={`/servers/${server.id}/command-line`}>{tRelease('open')}</ButtonLink>
            )}
          </div>
        )}
        <RemoveServer server={server} />
      </div>
    </>
  );
}
