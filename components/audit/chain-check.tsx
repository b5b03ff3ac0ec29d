'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Note } from '#components/status/note.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { ChainVerdict } from '#server/services/services.ts';
import type { AuditFilter } from './audit-filters.tsx';

/** Verifies the whole chain on request, and hands out copies of what the filter shows. */
export function ChainCheck({ filter }: { filter: AuditFilter }) {
  const t = useTranslations('audit');
  const trpc = useTRPC();
  const verdict = useQuery({ ...trpc.audit.verify.queryOptions(), enabled: false, gcTime: 0 });
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" busy={verdict.isFetching} onClick={() => void verdict.refetch()}>
          {t('verify')}
        </Button>
        <Download filter={filter} format="csv" label={t('csv')} />
        <Download filter={filter} format="json" label={t('json')} />
      </div>
      {verdict.error !== null && <ProblemNote role="alert" problem={problemOf(verdict.error)} />}
      {verdict.data !== undefined && <Verdict verdict={verdict.data} />}
    </div>
  );
}

function Verdict({ verdict }: { verdict: ChainVerdict }) {
  const t = useTranslations('audit');
  const format = useFormat();
  const { broken, checked, lastHash } = verdict;
  if (broken !== null) {
    return (
      <Note
        role="alert"
        severity="critical"
        title={t('brokenTitle', { id: broken.id, time: format.dateTime(broken.atMs) })}
      >
        <p className="text-sm">{t('brokenText', { count: checked })}</p>
        <p className="text-sm">
          {t('fault')}: {broken.fault}
        </p>
      </Note>
    );
  }
  return (
    <Note role="status" severity="ok" title={t('whole', { count: checked })}>
      <CommandBlock text={lastHash} label={t('lastHash')} />
      <p className="text-sm text-ink-soft">{t('lastHashHint')}</p>
    </Note>
  );
}

function Download(props: { filter: AuditFilter; format: 'csv' | 'json'; label: string }) {
  const query = new URLSearchParams({ ...props.filter, format: props.format });
  return (
    <a
      className="link inline-flex min-h-9 items-center px-2 text-sm"
      href={`/api/audit/export?${query.toString()}`}
      download
    >
      {props.label}
    </a>
  );
}
