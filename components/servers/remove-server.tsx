'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { newRequestKey } from '#components/change/new-request-key.ts';
import { PlanOutline } from '#components/plan/plan-outline.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import type { ServerView } from '#server/services/services.ts';

/** Letting go of a server: its key is taken away or left, and the plan of exactly that is started. */
export function RemoveServer({ server }: { server: ServerView }) {
  const t = useTranslations('servers');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [key, setKey] = useState(newRequestKey);
  const ownKey = server.credentialKind === 'generated-key';
  const [takeKey, setTakeKey] = useState(ownKey);
  const plan = useQuery({
    ...trpc.server.removalPlan.queryOptions({ id: server.id, takeKey }),
    enabled: asking,
    staleTime: 0,
  });
  const remove = useMutation(trpc.server.remove.mutationOptions());
  const go = () => {
    if (plan.data === undefined) return;
    remove.mutate(
      { id: server.id, takeKey, planHash: plan.data.hash, idempotencyKey: key },
      {
        onError: () => setKey(newRequestKey()),
        onSuccess: (operationId) => {
          void queryClient.invalidateQueries(trpc.server.list.queryFilter());
          router.push(`/operations/${operationId}`);
        },
      },
    );
  };
  return (
    <div>
      <Button variant="quiet" className="-ml-3.5" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t('removeTitle', { server: server.name })}
        action={t('removeConfirm', { server: server.name })}
        busy={remove.isPending}
        blocked={plan.data === undefined}
        failure={remove.error}
        onClose={() => setAsking(false)}
        onConfirm={go}
      >
        <p>{t(ownKey ? 'removeText' : 'removeTextGivenKey')}</p>
        {ownKey && (
          <fieldset className="grid gap-2">
            <legend className="sr-only">{t('removeKeep')}</legend>
            {[true, false].map((take) => (
              <ChoiceCard
                key={String(take)}
                name="take-key"
                checked={takeKey === take}
                onChange={() => setTakeKey(take)}
                title={t(take ? 'removeTakeKey' : 'removeLeaveKey')}
                text={t(take ? 'removeTakeKeyText' : 'removeLeaveKeyText', { user: server.username })}
              />
            ))}
          </fieldset>
        )}
        {plan.data !== undefined && <PlanOutline plan={plan.data} />}
        {plan.error !== null && <ProblemNote role="alert" problem={problemOf(plan.error)} />}
      </ConfirmDialog>
    </div>
  );
}
