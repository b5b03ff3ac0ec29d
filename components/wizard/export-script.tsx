'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { downloadText } from '#components/ui/download-text.ts';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';

/** The same plan as a shell script, for those who do it themselves. */
export function ExportScript({ draftId, planId }: { draftId: string; planId: string }) {
  const t = useTranslations('wizard.review');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fetchScript = async () => {
    setBusy(true);
    setError(null);
    try {
      const query = trpc.draft.exportScript.queryOptions({ id: draftId, planId }, { staleTime: 0 });
      downloadText('tandem-plan.sh', await queryClient.fetchQuery(query));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button busy={busy} onClick={() => void fetchScript()}>
        {t('export')}
      </Button>
      {error !== null && <ProblemNote role="alert" problem={problemOf(error)} />}
    </>
  );
}
