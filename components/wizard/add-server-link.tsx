'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { stepPath } from './wizard-steps.ts';

/** Leads to a new server and, when it is checked, back here. */
export function AddServerLink({ draftId }: { draftId: string }) {
  const t = useTranslations('wizard');
  return (
    <p>
      <Link
        href={`/servers/new?return=${encodeURIComponent(stepPath(draftId, 'servers'))}`}
        className="link inline-flex min-h-6 items-center gap-1.5 text-sm"
      >
        <Plus aria-hidden size={15} />
        {t('addServer')}
      </Link>
    </p>
  );
}
