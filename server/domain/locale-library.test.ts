import { describe, expect, it } from 'vitest';
import { compareSorting, missingLocales, type DatabaseLocale, type LocaleLibrary } from './locale-library.ts';

const library = (libc: string | null, icu: string | null = '72'): LocaleLibrary => ({
  libc,
  icu,
  locales: [],
});
const libc = (name: string): DatabaseLocale => ({ provider: 'libc', name });
const icu: DatabaseLocale = { provider: 'icu', name: 'de-DE' };
const [OLD, NEW] = [library('glibc 2.31', '67'), library('glibc 2.36', '72')];

describe('two servers sort', () => {
  it('the same way with the same version of the library that their databases use', () => {
    expect(compareSorting(NEW, NEW, [libc('de_DE.UTF-8'), icu])).toEqual({ kind: 'same' });
    expect(compareSorting(library('glibc 2.36', '67'), NEW, [libc('de_DE.UTF-8')])).toEqual({ kind: 'same' });
    expect(compareSorting(library('glibc 2.31', '72'), NEW, [icu])).toEqual({ kind: 'same' });
  });

  it('differently with another version of a library that one database uses', () => {
    const mixed = [libc('C'), libc('en_US.utf8')];
    expect(compareSorting(OLD, NEW, mixed)).toEqual({ kind: 'differs', of: ['libc'] });
    expect(compareSorting(OLD, NEW, [libc('C'), icu])).toEqual({ kind: 'differs', of: ['icu'] });
  });

  it.each(['C', 'POSIX', 'C.UTF-8', 'c.utf8'])('by code points with %s, whatever the library', (name) => {
    expect(compareSorting(OLD, NEW, [libc(name), { provider: 'builtin', name: 'C.UTF-8' }])).toEqual({
      kind: 'unused',
    });
  });

  it('nobody knows how where a version cannot be told, and a difference that is known comes first', () => {
    expect(compareSorting(library(null), NEW, [libc('de_DE.UTF-8')])).toEqual({
      kind: 'unknown',
      of: ['libc'],
    });
    expect(compareSorting(library(null, '67'), NEW, [libc('de_DE.UTF-8'), icu])).toEqual({
      kind: 'differs',
      of: ['icu'],
    });
  });
});

describe('a locale', () => {
  it.each([
    ['de_DE.UTF-8', 'de_DE.utf8'],
    ['de_DE.utf8', 'de_DE.UTF-8'],
    ['de_DE.ISO-8859-1', 'de_DE.iso88591'],
    ['de_DE.8859-1', 'de_DE.iso88591'],
    ['de_DE.UTF-8@euro', 'de_DE.utf8@euro'],
    ['german', 'german'],
  ])('%s is there as %s', (name, there) => {
    expect(missingLocales([name], ['C', there])).toEqual([]);
  });

  it('is missing under another codeset, modifier or none, and is named once', () => {
    const there = ['C', 'POSIX', 'de_DE', 'de_DE.iso88591', 'de_DE.utf8@euro', 'de_AT.utf8'];
    expect(missingLocales(['de_DE.UTF-8', 'de_DE.UTF-8', 'de_AT.UTF-8'], there)).toEqual(['de_DE.UTF-8']);
  });

  it('of C is nowhere missing, nor one that nobody names', () => {
    expect(missingLocales(['C', 'POSIX', 'C.UTF-8', 'C.utf8', ''], [])).toEqual([]);
  });
});
