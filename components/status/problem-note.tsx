'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Problem } from '#server/errors/app-error.ts';
import type { Severity } from '#server/domain/pair-sample.ts';
import { Note } from './note.tsx';

export interface ProblemNoteProps {
  problem: Problem;
  severity?: Severity;
  actions?: ReactNode;
  role?: 'alert' | 'status';
}

/** What happened, in the reader's language where there is a text for it, with the facts beneath. */
export function ProblemNote({ problem, severity = 'high', actions, role }: ProblemNoteProps) {
  const t = useTranslations('errors');
  const title = t.has(problem.code) ? t(problem.code) : t('unknown');
  return (
    <Note severity={severity} title={title} actions={actions} {...(role === undefined ? {} : { role })}>
      <p className="text-sm">{problem.message}</p>
      {problem.detail !== undefined && (
        <pre
          className="max-h-60 overflow-auto text-[0.8125rem] whitespace-pre-wrap text-ink-soft"
          tabIndex={0}
        >
          {problem.detail}
        </pre>
      )}
      {problem.hint !== undefined && <p className="text-sm">{problem.hint}</p>}
    </Note>
  );
}
