'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import type { Plan } from '#server/domain/plan.ts';

/** The decision: exactly the plan on the screen starts, or nothing does. */
export function ApproveForm({ draftId, plan, planId }: { draftId: string; plan: Plan; planId: string }) {
  const t = useTranslations('wizard.review');
  const text = useText();
  const router = useRouter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const reasonId = useId();
  const [typed, setTyped] = useState('');
  const approve = useMutation(trpc.draft.approve.mutationOptions());
  const blocking = plan.gates.filter((gate) => gate.state === 'blocking');
  const { confirmation } = plan;
  const confirmed = confirmation === null || typed.trim() === confirmation.word;
  const reason =
    blocking.length > 0
      ? t('blocked', { count: blocking.length })
      : !confirmed
        ? t('typeFirst', { word: confirmation.word })
        : null;
  const go = () => {
    if (reason !== null || approve.isPending) return;
    approve.mutate(
      { id: draftId, planId, planHash: plan.hash, confirmation: confirmation === null ? null : typed.trim() },
      {
        onSuccess: (operationId) => {
          void queryClient.invalidateQueries(trpc.draft.pathFilter());
          router.push(`/operations/${operationId}`);
        },
        onError: () => {
          setTyped('');
          void queryClient.invalidateQueries(trpc.draft.plan.queryFilter({ id: draftId }));
        },
      },
    );
  };
  return (
    <form
      noValidate
      className="space-y-4 border-t border-line pt-6"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      {approve.error !== null && <ProblemNote role="alert" problem={problemOf(approve.error)} />}
      {confirmation !== null && (
        <>
          <Note severity="medium" title={text(confirmation.reason)} />
          <div className="max-w-sm">
            <TextField
              label={t('type', { word: confirmation.word })}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
        </>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          type="submit"
          variant="primary"
          busy={approve.isPending || approve.isSuccess}
          blocked={reason !== null}
          aria-describedby={reason === null ? undefined : reasonId}
        >
          {text(plan.title)}
        </Button>
        {reason !== null && (
          <p id={reasonId} className="text-sm text-ink-soft">
            {reason}
          </p>
        )}
      </div>
    </form>
  );
}
