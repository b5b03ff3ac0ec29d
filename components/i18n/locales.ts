/** Languages of the product; the first one is used when the browser asks for none of them. */
export const LOCALES = ['en', 'de'] as const;
export type AppLocale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = 'tandem-locale';
export const ZONE_COOKIE = 'tandem-zone';
export const THEME_COOKIE = 'tandem-theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const isLocale = (text: string): text is AppLocale => LOCALES.some((locale) => locale === text);

/** The person's choice, else the best match of Accept-Language, else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): AppLocale {
  if (cookie !== undefined && isLocale(cookie)) return cookie;
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters
        .find((p) => p.trim().startsWith('q='))
        ?.trim()
        .slice(2);
      return { language: tag.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) };
    })
    .sort((a, b) => b.weight - a.weight);
  return wanted.map((w) => w.language).find(isLocale) ?? LOCALES[0];
}

/** An IANA zone that this runtime knows, else UTC. */
export function chooseZone(cookie: string | undefined): string {
  if (cookie === undefined) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: cookie }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** The stored theme; anything unknown follows the system. */
export function chooseTheme(cookie: string | undefined): Theme {
  return THEMES.find((theme) => theme === cookie) ?? 'system';
}
