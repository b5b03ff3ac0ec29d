import { useTranslations } from 'next-intl';
import { Note } from '#components/status/note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';

/** Until when replication is encrypted; loud only when the certificates are about to end. */
export function PairEncryption({ pair }: { pair: PairView }) {
  const t = useTranslations('pair');
  const format = useFormat();
  if (pair.tls === null) return null;
  const { own } = pair.tls;
  const date = format.dateTime(pair.tls.notAfterMs);
  if (!pair.tls.renew)
    return <p className="text-sm text-ink-soft">{t(own ? 'encryptedByOwn' : 'encrypted', { date })}</p>;
  return (
    <Note
      severity="medium"
      title={t('encryptedEnds', { date })}
      actions={<ButtonLink href={`/pairs/${pair.id}/encrypt`}>{t('renew')}</ButtonLink>}
    >
      <p className="text-sm">{t(own ? 'encryptedOwnEndsText' : 'encryptedEndsText')}</p>
    </Note>
  );
}
