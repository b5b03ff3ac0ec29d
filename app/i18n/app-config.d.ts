import type en from '#messages/en.json';
import type { AppLocale } from '#components/i18n/locales.ts';

declare module 'next-intl' {
  interface AppConfig {
    Locale: AppLocale;
    Messages: typeof en;
  }
}
