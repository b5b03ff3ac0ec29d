'use client';

import { useTranslations } from 'next-intl';
import { Note } from '#components/status/note.tsx';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslations();
  return (
    <main className="page py-16">
      <Note
        severity="high"
        role="alert"
        title={<h1>{t('shell.errorTitle')}</h1>}
        actions={<Button onClick={reset}>{t('common.retry')}</Button>}
      >
        <p className="text-sm">{t('shell.errorText')}</p>
        {error.digest !== undefined && (
          <p className="flex items-center gap-2 text-sm text-ink-soft">
            {t('shell.errorId')} <code>{error.digest}</code>
            <CopyButton text={error.digest} what={t('shell.errorId')} />
          </p>
        )}
      </Note>
    </main>
  );
}
