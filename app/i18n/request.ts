import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import de from '#messages/de.json';
import en from '#messages/en.json';
import { chooseLocale, chooseZone, LOCALE_COOKIE, ZONE_COOKIE } from '#components/i18n/locales.ts';

const MESSAGES = { en, de };

export default getRequestConfig(async () => {
  const jar = await cookies();
  const locale = chooseLocale(jar.get(LOCALE_COOKIE)?.value, (await headers()).get('accept-language'));
  return { locale, messages: MESSAGES[locale], timeZone: chooseZone(jar.get(ZONE_COOKIE)?.value) };
});
