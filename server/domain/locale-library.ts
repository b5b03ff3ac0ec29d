/** The libraries that decide how a server sorts text, as its own programs find them; null = that cannot be told. */
export interface LocaleLibrary {
  /** e.g. "glibc 2.36" */
  libc: string | null;
  /** Major version of ICU; null also where PostgreSQL was built without it. */
  icu: string | null;
}

/** What a database sorts by. `builtin` is PostgreSQL itself: the same everywhere. */
export interface DatabaseLocale {
  provider: 'libc' | 'icu' | 'builtin';
  name: string;
}

/** `same` = every library that is used; `differs` and `unknown` name those that are. */
export type SortingVerdict =
  | { kind: 'same' }
  /** No database sorts by a library whose version counts. */
  | { kind: 'unused' }
  | { kind: 'differs' | 'unknown'; of: readonly ('libc' | 'icu')[] };

/** Sorts by code points, in every version of the library (PostgreSQL keeps no version for these either). */
const isStable = ({ provider, name }: DatabaseLocale): boolean =>
  provider === 'builtin' || (provider === 'libc' && /^(c|posix)(\.|$)/i.test(name));

/**
 * Whether two servers sort the same way. An index on text is a sorted list: another version of the library
 * that sorted it finds rows no more, and lets duplicates pass (PostgreSQL manual, "Collation Support").
 */
export function compareSorting(
  a: LocaleLibrary,
  b: LocaleLibrary,
  locales: readonly DatabaseLocale[],
): SortingVerdict {
  const counts = locales.filter((locale) => !isStable(locale));
  const used = (['libc', 'icu'] as const).filter((of) => counts.some(({ provider }) => provider === of));
  const differs = used.filter((of) => a[of] !== null && b[of] !== null && a[of] !== b[of]);
  if (differs.length > 0) return { kind: 'differs', of: differs };
  const unknown = used.filter((of) => a[of] === null || b[of] === null);
  if (unknown.length > 0) return { kind: 'unknown', of: unknown };
  return used.length === 0 ? { kind: 'unused' } : { kind: 'same' };
}
