'use client';

import { useTranslations } from 'next-intl';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';

/** Asked only when something was typed. */
export function LeaveDialog({ open, onStay, onGo }: { open: boolean; onStay: () => void; onGo: () => void }) {
  const t = useTranslations('change.leave');
  return (
    <Dialog
      open={open}
      title={t('title')}
      onClose={onStay}
      actions={
        <>
          <Button onClick={onStay}>{t('stay')}</Button>
          <Button variant="primary" onClick={onGo}>
            {t('go')}
          </Button>
        </>
      }
    >
      <p>{t('text')}</p>
    </Dialog>
  );
}
