'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import type { Problem } from '#server/errors/app-error.ts';
import { staleChanges } from './stale-changes.ts';

/** Why nothing was started: the differences since the look, or who was first. */
export function StartProblem({ problem, runningId }: { problem: Problem; runningId: string | null }) {
  const t = useTranslations('change');
  const text = useText();
  const changes = staleChanges(problem);
  if (changes.length > 0) {
    return (
      <Note severity="high" role="alert" title={t('decide.stale')}>
        <ul className="list-disc space-y-1 pl-5 text-sm">
          {changes.map((change) => (
            <li key={change.en} className="break-words">
              {text(change)}
            </li>
          ))}
        </ul>
      </Note>
    );
  }
  return (
    <ProblemNote
      role="alert"
      problem={problem}
      actions={
        problem.code === 'OPERATION_ALREADY_RUNNING' && runningId !== null ? (
          <ButtonLink href={`/operations/${runningId}`}>{t('openRun')}</ButtonLink>
        ) : undefined
      }
    />
  );
}
