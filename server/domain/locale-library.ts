/** The libraries that decide how a server sorts text, as its own programs find them; null = that cannot be told. */
export interface LocaleLibrary {
  /** e.g. "glibc 2.36" */
  libc: string | null;
  /** Major version of ICU; null also where PostgreSQL was built without it. */
  icu: string | null;
  /** Locales that the place has, by the names of `locale -a`; empty = that cannot be told. */
  locales: readonly string[];
}

/** What is compared; a version alone says nothing of the locales that were made with it. */
type Versions = Pick<LocaleLibrary, 'libc' | 'icu'>;

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

const IS_C = /^(c|posix)(\.|$)/i;

/** Sorts by code points, in every version of the library (PostgreSQL keeps no version for these either). */
const isStable = ({ provider, name }: DatabaseLocale): boolean =>
  provider === 'builtin' || (provider === 'libc' && IS_C.test(name));

/**
 * Whether two servers sort the same way. An index on text is a sorted list: another version of the library
 * that sorted it finds rows no more, and lets duplicates pass (PostgreSQL manual, "Collation Support").
 */
export function compareSorting(a: Versions, b: Versions, locales: readonly DatabaseLocale[]): SortingVerdict {
  const counts = locales.filter((locale) => !isStable(locale));
  const used = (['libc', 'icu'] as const).filter((of) => counts.some(({ provider }) => provider === of));
  const differs = used.filter((of) => a[of] !== null && b[of] !== null && a[of] !== b[of]);
  if (differs.length > 0) return { kind: 'differs', of: differs };
  const unknown = used.filter((of) => a[of] === null || b[of] === null);
  if (unknown.length > 0) return { kind: 'unknown', of: unknown };
  return used.length === 0 ? { kind: 'unused' } : { kind: 'same' };
}

/** The C library finds `de_DE.UTF-8` under `de_DE.utf8`: the codeset counts without case and punctuation. */
function foundUnder(name: string): string {
  const [, language = '', codeset = '', modifier = ''] = /^([^.@]*)(?:\.([^@]*))?(@.*)?$/.exec(name) ?? [];
  const plain = codeset.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  // An ISO codeset may leave that word out: de_DE.8859-1.
  const whole = /^\d+$/.test(plain) ? `iso${plain}` : plain;
  return `${language}${whole === '' ? '' : `.${whole}`}${modifier}`.toLowerCase();
}

/** Those of the names that a place with these locales does not know, each once. C and POSIX are everywhere. */
export function missingLocales(names: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there.map(foundUnder));
  return [...new Set(names)].filter(
    (name) => name !== '' && !IS_C.test(name) && !known.has(foundUnder(name)),
  );
}
