'use client';

import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';
import { chooseTheme, THEME_COOKIE, THEMES, type Theme } from '#components/i18n/locales.ts';
import { storePreference } from '#components/i18n/preference-cookie.ts';
import { Segmented } from '#components/ui/segmented.tsx';

/** The theme stands in the page itself, where the server wrote it. */
function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

const shownTheme = (): Theme => chooseTheme(document.documentElement.dataset['theme']);
const unknownTheme = (): Theme => 'system';

/** Light, dark, or what the system says. The server writes it into the page, so nothing flashes. */
export function ThemeSwitch() {
  const t = useTranslations('shell');
  const theme = useSyncExternalStore(watchTheme, shownTheme, unknownTheme);
  return (
    <Segmented
      legend={t('theme')}
      value={theme}
      options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
      onChange={(next) => {
        document.documentElement.dataset['theme'] = next;
        storePreference(THEME_COOKIE, next);
      }}
    />
  );
}
