'use client';

import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { GateResult, LongSession } from '#server/domain/plan.ts';
import { newRequestKey } from './new-request-key.ts';

/** Long transactions of the old primary, each of which can be ended by itself. */
export function EndTransactions({ pairId, gate }: { pairId: string; gate: GateResult }) {
  const t = useTranslations('change.transactions');
  const format = useFormat();
  const [asked, setAsked] = useState<LongSession | null>(null);
  if (gate.sessions === undefined || gate.sessions.list.length === 0) return null;
  const { instanceId, list } = gate.sessions;
  return (
    <>
      <ul className="mt-1 space-y-1">
        {list.map((session) => (
          <li key={`${session.pid} ${session.startedAt}`} className="flex flex-wrap items-center gap-x-4">
            <span className="tabular-nums">
              {t('one', { pid: session.pid, user: session.user, age: format.seconds(session.seconds) })}
            </span>
            <Button aria-label={t('endOne', { pid: session.pid })} onClick={() => setAsked(session)}>
              {t('end')}
            </Button>
          </li>
        ))}
      </ul>
      {asked !== null && (
        <EndDialog
          {...{ pairId, instanceId, session: asked, server: gate.server ?? '' }}
          onDone={() => setAsked(null)}
        />
      )}
    </>
  );
}

function EndDialog(props: {
  pairId: string;
  instanceId: string;
  server: string;
  session: LongSession;
  onDone: () => void;
}) {
  const { pairId, instanceId, session, server, onDone } = props;
  const t = useTranslations('change.transactions');
  const [idempotencyKey] = useState(newRequestKey);
  const end = useMutation(useTRPC().clients.endSessions.mutationOptions());
  const { pid, startedAt, user } = session;
  const go = () => end.mutate({ pairId, instanceId, sessions: [{ pid, startedAt }], idempotencyKey });
  return (
    <ConfirmDialog
      open
      title={t('title', { pid, server })}
      action={t('confirm', { pid })}
      busy={end.isPending || end.isSuccess}
      failure={end.error}
      onClose={onDone}
      onConfirm={go}
    >
      <p>{t('text', { user })}</p>
      {end.data !== undefined && (
        <p>
          {t('asked')}{' '}
          <Link className="link" href={`/operations/${end.data}`}>
            {t('run')}
          </Link>
        </p>
      )}
    </ConfirmDialog>
  );
}
