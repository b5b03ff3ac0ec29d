const GIB = 1024 ** 3;

/** What a person writes as GiB: both decimal marks, empty for "you decide"; undefined = not a size. */
export function bytesOfGib(text: string): number | null | undefined {
  const plain = text.trim().replace(',', '.');
  if (plain === '') return null;
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(plain)) return undefined;
  const bytes = Math.round(Number(plain) * GIB);
  return bytes > 0 ? bytes : undefined;
}

/** The same the other way round. */
export function gibOfBytes(bytes: number | null, locale: string): string {
  if (bytes === null) return '';
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 3, useGrouping: false }).format(bytes / GIB);
}
