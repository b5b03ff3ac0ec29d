const A_YEAR_S = 31_536_000;

/** Stores a harmless preference (language, theme, zone) where the server can read it. */
export function storePreference(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${A_YEAR_S}; samesite=lax${secure}`;
}
