'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useServerNow } from '#components/live/use-live.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { useFormat } from '#components/ui/use-format.ts';

/** Set-ups that somebody began; anyone may go on with them. */
export function DraftList() {
  const t = useTranslations('fleet');
  const format = useFormat();
  const now = useServerNow();
  const drafts = useQuery(useTRPC().draft.list.queryOptions());
  const open = drafts.data?.filter((draft) => draft.operationId === null) ?? [];
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="drafts">
      <h2 id="drafts" className="mb-3 text-base font-semibold">
        {t('drafts')}
      </h2>
      <ul className="space-y-2">
        {open.map((draft) => (
          <li key={draft.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <Link className="link font-medium" href={`/pairs/new/${draft.id}/servers`}>
              {draft.data.name ?? t(`draftOf.${draft.data.kind}`)}
            </Link>
            <span className="text-sm text-ink-soft">
              {now !== null &&
                t('draftBy', { name: draft.createdBy, ago: format.ago(draft.updatedAtMs, now) })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
