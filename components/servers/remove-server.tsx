'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import type { ServerView } from '#server/services/services.ts';

/** Tandem forgets the server; nothing on it changes. */
export function RemoveServer({ server }: { server: ServerView }) {
  const t = useTranslations('servers');
  const tCommon = useTranslations('common');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation(trpc.server.remove.mutationOptions());
  const go = () =>
    remove.mutate(
      { id: server.id },
      {
        onSuccess: () => {
          void queryClient.invalidateQueries(trpc.server.list.queryFilter());
          router.push('/servers');
        },
      },
    );
  return (
    <div>
      <Button variant="quiet" className="-ml-3.5" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      <Dialog
        open={asking}
        title={t('removeTitle', { server: server.name })}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{tCommon('cancel')}</Button>
            <Button variant="danger" busy={remove.isPending} onClick={go}>
              {t('removeConfirm', { server: server.name })}
            </Button>
          </>
        }
      >
        <p>{t('removeText')}</p>
        {remove.error !== null && <ProblemNote role="alert" problem={problemOf(remove.error)} />}
      </Dialog>
    </div>
  );
}
