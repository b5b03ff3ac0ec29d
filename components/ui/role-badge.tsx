'use client';

import { useTranslations } from 'next-intl';

export interface RoleBadgeProps {
  /** As recorded. */
  role: 'primary' | 'standby';
  /** As the server itself says now; not given where nobody asked it. */
  inRecovery?: boolean | undefined;
}

/** P or S with its word: roles are never colours. A server that says otherwise is not shown as what was recorded alone. */
export function RoleBadge({ role, inRecovery }: RoleBadgeProps) {
  const t = useTranslations('role');
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-1.5 text-sm text-ink-soft">
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
      {inRecovery === (role === 'primary') && (
        <strong className="font-medium text-critical">{t(inRecovery ? 'isReadOnly' : 'isWritable')}</strong>
      )}
    </span>
  );
}
