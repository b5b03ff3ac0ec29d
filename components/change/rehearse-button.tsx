'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';

/** Everything short of changing anything, as a run of its own; without a plan there is nothing to rehearse. */
export function RehearseButton({ pairId, possible }: { pairId: string; possible: boolean }) {
  const t = useTranslations('change');
  const router = useRouter();
  const rehearse = useMutation(
    useTRPC().change.rehearse.mutationOptions({
      onSuccess: (operationId) => router.push(`/operations/${operationId}`),
    }),
  );
  return (
    <>
      <Button
        title={t('rehearseHint')}
        blocked={!possible}
        busy={rehearse.isPending || rehearse.isSuccess}
        onClick={() => rehearse.mutate({ pairId })}
      >
        {t('rehearse')}
      </Button>
      {rehearse.error !== null && <ProblemNote role="alert" problem={problemOf(rehearse.error)} />}
    </>
  );
}
