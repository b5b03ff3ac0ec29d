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
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import type { Plan } from '#server/domain/plan.ts';
import type { PairView } from '#server/services/services.ts';

export interface RemovalFormProps {
  pair: PairView;
  plan: Plan;
  planId: string;
  /** The plan is not valid any more. */
  onRefused: () => void;
}

/** The decision: the pair's name, typed; exactly the plan on the screen starts, or nothing does. */
export function RemovalForm({ pair, plan, planId, onRefused }: RemovalFormProps) {
  const t = useTranslations('removal');
  const text = useText();
  const router = useRouter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const whyNotId = useId();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const remove = useMutation(trpc.pair.remove.mutationOptions());
  const { confirmation } = plan;
  const whyNot = useWhyNot(plan, typed);
  const go = () => {
    if (whyNot !== null || remove.isPending) return;
    const request = {
      id: pair.id,
      planId,
      planHash: plan.hash,
      confirmation: confirmation === null ? null : typed.trim(),
      reason: reason.trim() === '' ? null : reason.trim(),
    };
    remove.mutate(request, {
      onSuccess: (operationId) => {
        void queryClient.invalidateQueries(trpc.pair.pathFilter());
        router.push(`/operations/${operationId}`);
      },
      onError: (error) => {
        setTyped('');
        if (problemOf(error).code === 'STALE_VIEW') onRefused();
      },
    });
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
      {remove.error !== null && <ProblemNote role="alert" problem={problemOf(remove.error)} />}
      {confirmation !== null && <Note severity="medium" title={text(confirmation.reason)} />}
      <div className="grid max-w-xl gap-4">
        <TextField
          label={t('reason')}
          optional
          autoComplete="off"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {confirmation !== null && (
          <TextField
            label={t('type', { word: confirmation.word })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <ButtonLink href={`/pairs/${pair.id}`}>{t('keepIt', { name: pair.name })}</ButtonLink>
        <Button
          type="submit"
          variant="danger"
          busy={remove.isPending || remove.isSuccess}
          blocked={whyNot !== null}
          aria-describedby={whyNot === null ? undefined : whyNotId}
        >
          {t('confirm', { name: pair.name })}
        </Button>
        {whyNot !== null && (
          <p id={whyNotId} className="text-sm text-ink-soft">
            {whyNot}
          </p>
        )}
      </div>
    </form>
  );
}

function useWhyNot({ gates, confirmation }: Plan, typed: string): string | null {
  const t = useTranslations('removal');
  const blocking = gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown');
  if (blocking.length > 0) return t('blocked', { count: blocking.length });
  if (confirmation === null || typed.trim() === confirmation.word) return null;
  return t('typeFirst', { word: confirmation.word });
}
