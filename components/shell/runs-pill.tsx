'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';

const LOOKED_AT = 50;
const FALLBACK_REFRESH_MS = 15_000;

/** Runs in progress, on every page; leads to the one, or to the list. */
export function RunsPill() {
  const t = useTranslations('shell');
  const operations = useQuery(
    useTRPC().operation.list.queryOptions({ limit: LOOKED_AT }, { refetchInterval: FALLBACK_REFRESH_MS }),
  );
  const stuck = operations.data?.filter((each) => each.status === 'needs-attention') ?? [];
  const running =
    operations.data?.filter((each) => ['queued', 'running', 'undoing'].includes(each.status)) ?? [];
  const shown = stuck.length > 0 ? stuck : running;
  const [only] = shown;
  if (only === undefined) return null;
  const look =
    stuck.length > 0
      ? 'border-high/45 bg-high-wash text-high'
      : 'border-running/35 bg-running-wash text-running';
  return (
    <Link
      href={shown.length === 1 ? `/operations/${only.id}` : '/operations'}
      className={`inline-flex min-h-8 items-center gap-2 rounded-full border px-3 text-sm font-medium whitespace-nowrap ${look}`}
    >
      <Mark shape={stuck.length > 0 ? 'triangle' : 'gear'} size={14} />
      <span className="max-sm:sr-only">
        {t(stuck.length > 0 ? 'attention' : 'running', { count: shown.length })}
      </span>
      <span aria-hidden className="sm:hidden">
        {shown.length}
      </span>
    </Link>
  );
}
