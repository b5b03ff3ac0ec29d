'use client';

import { useTranslations } from 'next-intl';

/** P or S with its word: roles are never colours. */
export function RoleBadge({ role }: { role: 'primary' | 'standby' }) {
  const t = useTranslations('role');
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-ink-soft">
      <span
        aria-hidden
        className={
          role === 'primary'
            ? 'grid size-5 place-items-center rounded bg-ink text-xs font-bold text-ink-inverse'
            : 'grid size-5 place-items-center rounded border border-line-strong text-xs font-bold text-ink'
        }
      >
        {role === 'primary' ? 'P' : 'S'}
      </span>
      {t(role)}
    </span>
  );
}
