'use client';

import { useTranslations } from 'next-intl';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { Button } from '#components/ui/button.tsx';

/** "Continue", and what kept the answers from being stored. */
export function StepButtons({ busy, error }: { busy: boolean; error: unknown }) {
  const t = useTranslations('common');
  return (
    <div className="space-y-4">
      {error !== null && <ProblemNote role="alert" problem={problemOf(error)} />}
      <Button type="submit" variant="primary" busy={busy}>
        {t('continue')}
      </Button>
    </div>
  );
}
