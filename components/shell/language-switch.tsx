'use client';

import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { LOCALE_COOKIE, type AppLocale } from '#components/i18n/locales.ts';
import { storePreference } from '#components/i18n/preference-cookie.ts';
import { Segmented } from '#components/ui/segmented.tsx';

const NAMES = { en: 'English', de: 'Deutsch' } as const satisfies Record<AppLocale, string>;

/** Each language under its own name. */
export function LanguageSwitch({ hideLegend }: { hideLegend?: boolean }) {
  const t = useTranslations('shell');
  const router = useRouter();
  const locale = useLocale();
  return (
    <Segmented
      legend={t('language')}
      {...(hideLegend === undefined ? {} : { hideLegend })}
      value={locale}
      options={[
        { value: 'en', label: NAMES.en, lang: 'en' },
        { value: 'de', label: NAMES.de, lang: 'de' },
      ]}
      onChange={(next) => {
        storePreference(LOCALE_COOKIE, next);
        router.refresh();
      }}
    />
  );
}
