'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { chooseTheme, THEME_COOKIE, THEMES, type Theme } from '#components/i18n/locales.ts';
import { storePreference } from '#components/i18n/preference-cookie.ts';
import { Segmented } from '#components/ui/segmented.tsx';

/** Light, dark, or what the system says. The server writes it into the page, so nothing flashes. */
export function ThemeSwitch() {
  const t = useTranslations('shell');
  const [theme, setTheme] = useState<Theme>(() =>
    typeof document === 'undefined' ? 'system' : chooseTheme(document.documentElement.dataset['theme']),
  );
  return (
    <Segmented
      legend={t('theme')}
      value={theme}
      options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
      onChange={(next) => {
        setTheme(next);
        document.documentElement.dataset['theme'] = next;
        storePreference(THEME_COOKIE, next);
      }}
    />
  );
}
