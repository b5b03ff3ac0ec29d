'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { Note } from '#components/status/note.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { ClientSession, ClientsLook } from '#server/domain/clients-look.ts';

const keyOf = ({ pid, startedAt }: ClientSession): string => `${pid} ${startedAt}`;

/** Who is connected to the node that is not the primary: reports that belong there, or clients that stayed behind. */
export function StandbySessions({ pairId, look }: { pairId: string; look: ClientsLook | null }) {
  const t = useTranslations('sessions');
  const [asked, setAsked] = useState<ClientSession[] | null>(null);
  if (look === null) return <Skeleton className="h-40" />;
  const { sessions, serverName, cut, detail } = look.standby;
  return (
    <section aria-labelledby="sessions" className="space-y-3">
      <div>
        <h2 id="sessions" className="mb-1 text-base font-semibold">
          {t('title', { server: serverName })}
        </h2>
        <p className="max-w-3xl text-sm text-ink-soft">{t('text', { server: serverName })}</p>
      </div>
      {sessions === null && (
        <Note severity="unknown" title={t('unknown', { server: serverName })}>
          {detail}
        </Note>
      )}
      {sessions?.length === 0 && <p className="text-sm">{t('none')}</p>}
      {sessions !== null && sessions.length > 0 && (
        <>
          <Card>
            <ul className="divide-y divide-line">
              {sessions.map((session) => (
                <SessionItem key={keyOf(session)} session={session} onEnd={() => setAsked([session])} />
              ))}
            </ul>
          </Card>
          {cut && <p className="text-sm text-ink-soft">{t('cut', { count: sessions.length })}</p>}
          {sessions.length > 1 && (
            <Button onClick={() => setAsked(sessions)}>{t('endAll', { count: sessions.length })}</Button>
          )}
        </>
      )}
      <EndDialog pairId={pairId} look={look} asked={asked} onDone={() => setAsked(null)} />
    </section>
  );
}

function SessionItem({ session, onEnd }: { session: ClientSession; onEnd: () => void }) {
  const t = useTranslations('sessions');
  const format = useFormat();
  const { pid, user, database, applicationName, clientAddress, startedAt } = session;
  const facts = [
    t('user', { user, database }),
    clientAddress === null ? t('local') : t('address', { address: clientAddress }),
    t('since', { time: format.dateTime(Number(startedAt) * 1_000) }),
    t('pid', { pid }),
  ];
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-semibold wrap-anywhere">
          {applicationName === '' ? t('nameless') : applicationName}
        </p>
        <p className="text-sm wrap-anywhere text-ink-soft">{facts.join(' · ')}</p>
      </div>
      <Button aria-label={t('endOne', { pid })} onClick={onEnd}>
        {t('end')}
      </Button>
    </li>
  );
}

function EndDialog(props: {
  pairId: string;
  look: ClientsLook;
  asked: ClientSession[] | null;
  onDone: () => void;
}) {
  const { pairId, look, asked, onDone } = props;
  const t = useTranslations('sessions');
  const router = useRouter();
  const [key, setKey] = useState(newRequestKey);
  const { instanceId, serverName } = look.standby;
  const count = asked?.length ?? 0;
  const pid = asked?.[0]?.pid ?? 0;
  const end = useMutation(
    useTRPC().clients.endSessions.mutationOptions({
      onSuccess: (operationId) => router.push(`/operations/${operationId}`),
      onError: () => setKey(newRequestKey()),
    }),
  );
  const go = () =>
    end.mutate({
      pairId,
      instanceId,
      sessions: (asked ?? []).map(({ pid, startedAt }) => ({ pid, startedAt })),
      idempotencyKey: key,
    });
  return (
    <ConfirmDialog
      open={asked !== null}
      title={t('endTitle', { count, pid, server: serverName })}
      action={t('endConfirm', { count, pid })}
      busy={end.isPending || end.isSuccess}
      failure={end.error}
      onClose={onDone}
      onConfirm={go}
    >
      <p>{t('endText')}</p>
    </ConfirmDialog>
  );
}
