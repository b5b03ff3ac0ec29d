import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';

/** Stays while the console is used over plain http from other machines. */
export function InsecureBanner() {
  const t = useTranslations('shell');
  return (
    <div className="border-b border-medium/45 bg-medium-wash">
      <p className="page flex items-start gap-2.5 py-2 text-sm">
        <Mark shape="diamond" className="mt-0.5 text-medium" />
        {t('insecure')}
      </p>
    </div>
  );
}
